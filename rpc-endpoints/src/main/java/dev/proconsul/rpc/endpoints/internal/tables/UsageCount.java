package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;

/// A number of things.
///
/// @param id    what is counted
/// @param count how many there are, not negative
public record UsageCount(String id, long count) {
    /// Nodes.
    public static final String NODES = "nodes";
    /// Instances of services.
    public static final String INSTANCES = "services";
    /// Names of services.
    public static final String SERVICES = "service-names";
    /// Instances that are no proxies, gateways or servers.
    public static final String BILLABLE = "billable-service-instances";
    /// Instances that speak the mesh protocol themselves.
    public static final String NATIVE = "connect-native";

    /// {@return how many there are}
    /// @param state where
    /// @param id    what is counted
    public static long of(Reader state, String id) {
        var row = state.get(UsageTable.BY_ID, Keys.of(id));
        return row == null ? 0 : row.count();
    }
}
