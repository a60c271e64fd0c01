package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.FederationStateTable;
import dev.proconsul.rpc.structs.FederationStateRequest;
import dev.proconsul.rpc.structs.RaftIndex;

/// Changes of what datacenters know of each other.
///
/// Source: Consul `agent/consul/state/federation_state.go`.
final class FederationStateWrites {
    private FederationStateWrites() {}

    static Object apply(Transaction state, FederationStateRequest request) throws RpcException {
        var sent = request.state();
        if (sent == null || sent.datacenter().isEmpty()) {
            throw new RpcException("missing Datacenter on federation state");
        }
        var stored = state.get(FederationStateTable.BY_DATACENTER, Keys.of(sent.datacenter()));
        switch (request.op()) {
            case "upsert" -> state.put(FederationStateTable.TABLE, sent.withRaftIndex(new RaftIndex(
                    stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
            case "delete" -> {
                if (stored != null) {
                    state.delete(FederationStateTable.TABLE, stored);
                }
            }
            default -> throw new RpcException("invalid federation state operation type: " + request.op());
        }
        return true;
    }
}
