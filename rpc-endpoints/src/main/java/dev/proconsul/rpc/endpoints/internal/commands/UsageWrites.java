package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.UsageCount;
import dev.proconsul.rpc.endpoints.internal.tables.UsageTable;
import dev.proconsul.rpc.structs.NodeService;
import java.util.ArrayList;
import java.util.List;

/// Counts what comes and goes.
///
/// Source: Consul `agent/consul/state/usage.go`.
final class UsageWrites {
    private UsageWrites() {}

    /// One more node, or one less.
    static void node(Transaction state, int change) throws RpcException {
        add(state, UsageCount.NODES, change);
    }

    /// One more name of a service, or one less.
    static void service(Transaction state, int change) throws RpcException {
        add(state, UsageCount.SERVICES, change);
    }

    /// One more instance, or one less.
    static void instance(Transaction state, NodeService instance, int change) throws RpcException {
        for (var id : countersOf(instance)) {
            add(state, id, change);
        }
    }

    /// {@return what an instance counts as}
    static List<String> countersOf(NodeService instance) {
        var ids = new ArrayList<String>();
        ids.add(UsageCount.INSTANCES);
        if (instance.connect().nativeValue()) {
            ids.add(UsageCount.NATIVE);
        }
        if (!instance.kind().isEmpty()) {
            ids.add(instance.kind());
        } else if (!instance.service().equals("consul")) {
            ids.add(UsageCount.BILLABLE);
        }
        return ids;
    }

    private static void add(Transaction state, String id, int change) throws RpcException {
        state.put(UsageTable.TABLE, new UsageCount(id, UsageCount.of(state, id) + change));
    }
}
