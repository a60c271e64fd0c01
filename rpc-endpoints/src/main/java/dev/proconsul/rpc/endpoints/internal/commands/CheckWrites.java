package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.RaftIndex;
import org.jspecify.annotations.Nullable;

/// Checks. A critical one ends the sessions that are bound to it, each time that it is written.
///
/// Source: Consul `agent/consul/state/catalog.go`.
final class CheckWrites {
    private static final String CRITICAL = "critical";

    private CheckWrites() {}

    static @Nullable HealthCheck find(Reader state, String node, String id) {
        return state.get(CheckTable.BY_ID, Keys.of(node, id));
    }

    /// Stores a check, or nothing if it is stored like this already.
    static void ensure(Transaction state, HealthCheck sent) throws RpcException {
        if (sent.checkID().isEmpty()) {
            throw new RpcException(
                    "failed health check lookup: index error: object is missing a value for this index");
        }
        var owner = NodeWrites.find(state, sent.node());
        if (owner == null) {
            throw new RpcException("Missing node registration");
        }
        var stored = find(state, sent.node(), sent.checkID());
        var check = sent.status().isEmpty() ? sent.withStatus(CRITICAL) : sent;
        var instance = check.serviceID().isEmpty() ? null : ServiceWrites.find(state, sent.node(), check.serviceID());
        if (instance != null) {
            check = check.withServiceName(instance.service().service()).withServiceTags(instance.service().tags());
        } else if (!check.serviceID().isEmpty()) {
            throw new RpcException("Missing service registration");
        }
        boolean same = stored != null && check.withRaftIndex(stored.raftIndex()).equals(stored);
        if (!same && instance != null) {
            ServiceWrites.bump(state, instance.service());
        } else if (!same) {
            ServiceWrites.bumpAllOn(state, sent.node());
        }
        if (check.status().equals(CRITICAL)) {
            SessionWrites.endWithCheck(state, sent.node(), sent.checkID());
        }
        if (!same) {
            long created = stored == null ? state.index() : stored.raftIndex().createIndex();
            state.put(CheckTable.TABLE, check.withRaftIndex(new RaftIndex(created, state.index())));
        }
    }

    /// Removes a check; nothing if it is not there.
    static void remove(Transaction state, String node, String id) throws RpcException {
        var stored = find(state, node, id);
        if (stored == null) {
            return;
        }
        var instance = stored.serviceID().isEmpty() ? null : ServiceWrites.find(state, node, stored.serviceID());
        if (instance != null) {
            ServiceWrites.bump(state, instance.service());
        } else {
            ServiceWrites.bumpAllOn(state, node);
            state.bump(ServiceTable.TABLE.name());
        }
        state.delete(CheckTable.TABLE, stored);
        SessionWrites.endWithCheck(state, node, id);
    }
}
