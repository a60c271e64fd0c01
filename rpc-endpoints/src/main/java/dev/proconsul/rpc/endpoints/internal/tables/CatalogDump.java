package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.GatewayService;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeInfo;
import dev.proconsul.rpc.structs.NodeService;
import java.util.ArrayList;
import java.util.List;

/// Reads the catalog as a whole: nodes with all they have, all instances. The index is the greatest of what is in it.
///
/// Source: Consul `agent/consul/state/catalog.go`, `parseNodes`, `serviceDumpAllTxn`.
public final class CatalogDump {
    private CatalogDump() {}

    /// Reads a node with all it has. Woken by changes of the node, its services and its checks.
    /// @param state where
    /// @param name  of the node
    /// @return the node, or nothing
    public static Indexed<List<NodeInfo>> node(Reader state, String name) {
        state.entry(Entries.node(name));
        var checks = Rows.list(state.under(CheckTable.BY_ID, Keys.of(name)));
        var node = state.unwatched().get(NodeTable.BY_NAME, Keys.of(name));
        return new Indexed<>(index(state.unwatched()),
                node == null ? Nil.list() : List.of(info(state.unwatched(), node, checks)));
    }

    /// Reads all nodes with all they have.
    /// @param state where
    /// @return the nodes by name
    public static Indexed<List<NodeInfo>> nodes(Reader state) {
        long index = index(state);
        var rows = state.unwatched();
        var nodes = new ArrayList<NodeInfo>();
        for (var node : rows.all(NodeTable.TABLE)) {
            nodes.add(info(rows, node, Rows.list(rows.under(CheckTable.BY_ID, Keys.of(node.node())))));
        }
        return new Indexed<>(index, nodes.isEmpty() ? Nil.list() : nodes);
    }

    private static NodeInfo info(Reader rows, Node node, List<HealthCheck> checks) {
        var services = new ArrayList<NodeService>();
        rows.under(ServiceTable.BY_ID, Keys.of(node.node())).forEach(row -> services.add(row.service()));
        return new NodeInfo(node.id(), node.node(), node.partition(), node.peerName(), node.address(),
                node.taggedAddresses(), node.meta(), services.isEmpty() ? Nil.list() : services,
                checks.isEmpty() ? Nil.list() : checks);
    }

    private static long index(Reader state) {
        return Math.max(state.entry(NodeTable.TABLE),
                Math.max(state.entry(ServiceTable.TABLE), state.entry(CheckTable.TABLE)));
    }

    /// Reads all instances.
    /// @param state where
    /// @return the instances by node and id
    public static Indexed<List<CheckServiceNode>> instances(Reader state) {
        return new Indexed<>(index(state),
                Instances.withChecks(state, Rows.list(state.unwatched().all(ServiceTable.TABLE))));
    }

    /// Reads all instances of a kind.
    /// @param state where
    /// @param kind  of services; empty for ordinary ones
    /// @return the instances by node and id; the index of the kind
    public static Indexed<List<CheckServiceNode>> instancesOf(Reader state, String kind) {
        return new Indexed<>(state.entry(Entries.kind(kind)), Instances.withChecks(state,
                Rows.list(state.unwatched().under(ServiceTable.BY_KIND, Keys.of(kind)))));
    }

    /// Reads which gateway serves which service.
    /// @param state where
    /// @return the mappings; nil when there are none
    public static Indexed<List<GatewayService>> gateways(Reader state) {
        long index = state.entry(GatewayServiceTable.TABLE);
        var rows = GatewayReads.all(state.unwatched());
        return new Indexed<>(index, rows.isEmpty() ? Nil.list() : rows);
    }
}
