package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceNode;
import dev.proconsul.rpc.structs.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts instances together with their nodes and checks.
///
/// What is read here is not watched: the index entry of the service tells of all of it.
///
/// Source: Consul `agent/consul/state/catalog.go`, `parseCheckServiceNodes`, `parseServiceNodes`.
public final class Instances {
    private Instances() {}

    /// {@return the node of an instance}
    /// @param state where
    /// @param row   the instance
    public static @Nullable Node nodeOf(Reader state, ServiceRow row) {
        return state.unwatched().get(NodeTable.BY_NAME, Keys.of(row.node()));
    }

    /// Puts an instance together with its node and with checks: first those of the node, then its own.
    /// @param state where
    /// @param row   the instance
    /// @return all of it
    public static CheckServiceNode withChecks(Reader state, ServiceRow row) {
        var rows = state.unwatched();
        var checks = new ArrayList<HealthCheck>();
        rows.under(CheckTable.BY_INSTANCE, Keys.of(row.node(), "")).forEach(checks::add);
        if (!row.service().id().isEmpty()) {
            rows.under(CheckTable.BY_INSTANCE, Keys.of(row.node(), row.service().id())).forEach(checks::add);
        }
        return new CheckServiceNode(nodeOf(state, row), row.service(), checks.isEmpty() ? Nil.list() : checks);
    }

    /// Puts instances together with their nodes and checks.
    /// @param state where
    /// @param rows  the instances
    /// @return all of them; nil for none
    public static List<CheckServiceNode> withChecks(Reader state, List<ServiceRow> rows) {
        return rows.isEmpty() ? Nil.list() : rows.stream().map(row -> withChecks(state, row)).toList();
    }

    /// Puts an instance into one row with columns of its node.
    /// @param state where
    /// @param row   the instance
    /// @return the row
    public static ServiceNode joined(Reader state, ServiceRow row) {
        var node = nodeOf(state, row);
        var owner = node == null ? Node.ZERO : node;
        NodeService s = row.service();
        var weights = s.weights() == null ? Weights.ZERO : s.weights();
        return new ServiceNode(owner.id(), row.node(), owner.address(), owner.datacenter(), owner.taggedAddresses(),
                owner.meta(), s.kind(), s.id(), s.service(), Nil.is(s.tags()) ? List.of() : s.tags(), s.address(),
                s.taggedAddresses(), weights, Nil.is(s.meta()) ? Map.of() : s.meta(), s.port(), s.socketPath(),
                s.enableTagOverride(), s.proxy(), s.connect(), s.locality(), s.peerName(), s.raftIndex());
    }
}
