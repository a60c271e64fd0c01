package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.HealthCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads checks. The index is that of the table, but whoever waits for the checks of a node, of a service, or in a
/// state, is woken by changes of these only. With a condition on nodes, changes of nodes count as well.
///
/// Source: Consul `agent/consul/state/catalog.go`.
public final class CheckReads {
    private static final String ANY = "any";

    private CheckReads() {}

    /// Lists the checks in a state.
    /// @param state  where
    /// @param status `any`, or a status
    /// @param meta   pairs that the metadata of their nodes must have
    /// @return the checks by node and id
    public static Indexed<List<HealthCheck>> inState(Reader state, String status, Map<String, String> meta) {
        return status.equals(ANY)
                ? find(state, CheckTable.BY_ID, Keys.NONE, meta)
                : find(state, CheckTable.BY_STATUS, Keys.of(status), meta);
    }

    /// Lists the checks of a node.
    /// @param state where
    /// @param node  name of the node, in any case
    /// @return the checks by id, those of services as well
    public static Indexed<List<HealthCheck>> ofNode(Reader state, String node) {
        return find(state, CheckTable.BY_ID, Keys.of(node), Map.of());
    }

    /// Lists the checks of a service.
    /// @param state where
    /// @param name  of the service, in any case
    /// @param meta  pairs that the metadata of their nodes must have; if there are some, the index is that of the
    ///              service
    /// @return the checks by node and id
    public static Indexed<List<HealthCheck>> ofService(Reader state, String name, Map<String, String> meta) {
        var found = find(state, CheckTable.BY_SERVICE, Keys.of(name), meta);
        if (meta.isEmpty()) {
            return found;
        }
        boolean exists = state.unwatched().first(ServiceTable.BY_NAME, Keys.of(name)) != null;
        return new Indexed<>(ServiceReads.index(state, name, exists, true), found.value());
    }

    private static Indexed<List<HealthCheck>> find(
            Reader state, Index<HealthCheck> by, byte[] key, Map<String, String> meta) {
        var found = new ArrayList<HealthCheck>();
        for (var check : state.under(by, key)) {
            if (meta.isEmpty() || isOnNodeWith(state, check, meta)) {
                found.add(check);
            }
        }
        return new Indexed<>(state.unwatched().entry(CheckTable.TABLE), List.copyOf(found));
    }

    private static boolean isOnNodeWith(Reader state, HealthCheck check, Map<String, String> meta) {
        var node = state.get(NodeTable.BY_NAME, Keys.of(check.node()));
        return node != null && NodeReads.hasMeta(node, meta);
    }
}
