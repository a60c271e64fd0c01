package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;

/// The names of index entries that are finer than a table. Each holds the log index of the last change of its part.
///
/// | entry | bumped by |
/// |---|---|
/// | `node.NAME` | the node and its services; removed with the node |
/// | `service.NAME` | its instances, their checks, their nodes and the checks of these; removed with the last instance |
/// | `service_kind.KIND` | the same, by kind |
/// | `service_last_extinction` | the end of the last instance of some service |
/// | `node_last_extinction` | the end of some node |
///
/// Deviation: Consul keeps most of these twice, since 1.13 under `peer.~:NAME` as well; here they are once.
///
/// Source: Consul `agent/consul/state/catalog.go`.
public final class Entries {
    /// The last time that some service lost its last instance.
    public static final String SERVICE_EXTINCTION = "service_last_extinction";
    /// The last time that some node was removed.
    public static final String NODE_EXTINCTION = "node_last_extinction";

    private Entries() {}

    /// {@return the entry of a node with its services}
    /// @param name of the node
    public static String node(String name) {
        return "node." + Keys.lower(name);
    }

    /// {@return the entry of a service with all that its health depends on}
    /// @param name of the service
    public static String service(String name) {
        return "service." + Keys.lower(name);
    }

    /// {@return the entry of all services of a kind}
    /// @param kind of services; empty for ordinary ones
    public static String kind(String kind) {
        return "service_kind." + (kind.isEmpty() ? "typical" : Keys.lower(kind));
    }
}
