package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Weights;
import org.jspecify.annotations.Nullable;

/// Instances of services. One that is stored again under its id with another name takes the place of the old one.
///
/// Source: Consul `agent/consul/state/catalog.go`.
final class ServiceWrites {
    private static final Weights EVEN = new Weights(1, 1);

    private ServiceWrites() {}

    static @Nullable ServiceRow find(Reader state, String node, String id) {
        return state.get(ServiceTable.BY_ID, Keys.of(node, id));
    }

    /// Stores an instance, or nothing if it is stored like this already.
    static void ensure(Transaction state, String node, NodeService sent) throws RpcException {
        var problem = Metadata.problem(sent.meta(), false);
        if (problem.isPresent()) {
            throw new RpcException("Invalid Service Meta for node " + node + " and serviceID " + sent.id() + ": "
                    + problem.get());
        }
        var owner = NodeWrites.find(state, node);
        if (owner == null) {
            throw new RpcException("Missing node registration");
        }
        var stored = find(state, node, sent.id());
        var instance = sent.withWeights(valid(sent.weights()));
        var index = stored == null ? null : stored.service().raftIndex();
        if (stored != null && instance.withRaftIndex(stored.service().raftIndex()).equals(stored.service())) {
            return;
        }
        if (stored != null && !stored.service().service().equalsIgnoreCase(sent.service())) {
            leave(state, stored);
        } else if (stored != null) {
            UsageWrites.instance(state, stored.service(), -1);
        }
        if (state.first(ServiceTable.BY_NAME, Keys.of(sent.service())) == null) {
            UsageWrites.service(state, 1);
            GatewayWrites.came(state, sent);
        }
        long created = index == null ? state.index() : index.createIndex();
        state.put(ServiceTable.TABLE,
                new ServiceRow(owner.node(), instance.withRaftIndex(new RaftIndex(created, state.index()))));
        UsageWrites.instance(state, instance, 1);
        bump(state, instance);
        bumpNode(state, node);
    }

    private static Weights valid(@Nullable Weights weights) {
        return weights == null || weights.passing() < 1 || weights.warning() < 0 ? EVEN : weights;
    }

    /// Removes an instance with its checks; nothing if it is not there.
    static void remove(Transaction state, String node, String id) throws RpcException {
        var stored = find(state, node, id);
        if (stored == null) {
            return;
        }
        for (var check : Rows.list(state.under(CheckTable.BY_INSTANCE, Keys.of(node, id)))) {
            CheckWrites.remove(state, node, check.checkID());
        }
        state.bump(CheckTable.TABLE.name()); // also when there were none
        leave(state, stored);
        bumpNode(state, node);
    }

    /// Removes the row and tells those who know it by its name.
    private static void leave(Transaction state, ServiceRow stored) throws RpcException {
        state.delete(ServiceTable.TABLE, stored);
        UsageWrites.instance(state, stored.service(), -1);
        bump(state, stored.service());
        if (state.first(ServiceTable.BY_NAME, Keys.of(stored.service().service())) == null) {
            state.forget(Entries.service(stored.service().service()));
            state.bump(Entries.SERVICE_EXTINCTION);
            UsageWrites.service(state, -1);
            GatewayWrites.went(state, stored.service().service());
        }
    }

    /// Bumps what tells of the health of an instance.
    static void bump(Transaction state, NodeService instance) {
        state.bump(Entries.service(instance.service()));
        state.bump(Entries.kind(instance.kind()));
    }

    /// Bumps what tells of the health of all instances on a node.
    static void bumpAllOn(Transaction state, String node) {
        for (var row : state.under(ServiceTable.BY_ID, Keys.of(node))) {
            bump(state, row.service());
        }
    }

    private static void bumpNode(Transaction state, String node) {
        state.bump(NodeTable.TABLE.name());
        state.bump(Entries.node(node));
    }
}
