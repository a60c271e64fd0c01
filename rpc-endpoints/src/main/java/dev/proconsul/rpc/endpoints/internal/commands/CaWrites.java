package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CaConfigTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaProviderTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaRootTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CALeafRequest;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.RaftIndex;
import org.jspecify.annotations.Nullable;

/// Changes of the certificate authority of the mesh.
///
/// Source: Consul `agent/consul/state/connect_ca.go`, `agent/consul/fsm/commands_ce.go`.
final class CaWrites {
    private static final String LEAVES = "connect-ca-leaf-certs";

    private CaWrites() {}

    static Object apply(Transaction state, CARequest request) throws RpcException {
        return switch (request.op()) {
            case "set-config" -> setConfig(state, request.config());
            case "set-roots" -> setRoots(state, request);
            case "set-roots-config" -> setRoots(state, request) && setConfig(state, request.config());
            case "set-provider-state" -> {
                var sent = request.providerState();
                if (sent == null) {
                    throw new RpcException("missing provider state");
                }
                var stored = state.get(CaProviderTable.BY_ID, Keys.of(sent.id()));
                state.put(CaProviderTable.TABLE, sent.withRaftIndex(new RaftIndex(
                        stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
                yield true;
            }
            case "delete-provider-state" -> {
                var sent = request.providerState();
                var stored = sent == null ? null : state.get(CaProviderTable.BY_ID, Keys.of(sent.id()));
                if (stored != null) {
                    state.delete(CaProviderTable.TABLE, stored);
                }
                yield true;
            }
            case "increment-provider-serial" -> {
                long next = state.entry("connect-ca-builtin-serial") + 1;
                state.set("connect-ca-builtin-serial", next);
                yield next;
            }
            default -> throw new RpcException("Invalid CA operation '" + request.op() + "'");
        };
    }

    private static boolean setConfig(Transaction state, @Nullable CAConfiguration sent) throws RpcException {
        if (sent == null) {
            throw new RpcException("missing CA configuration");
        }
        var stored = state.get(CaConfigTable.ONLY, Keys.NONE);
        long wanted = sent.raftIndex().modifyIndex();
        if (wanted != 0 && wanted != (stored == null ? 0 : stored.raftIndex().modifyIndex())) {
            return false;
        }
        state.put(CaConfigTable.TABLE, sent
                .withClusterID(sent.clusterID().isEmpty() && stored != null ? stored.clusterID() : sent.clusterID())
                .withRaftIndex(new RaftIndex(
                        stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
        return true;
    }

    private static boolean setRoots(Transaction state, CARequest request) throws RpcException {
        if (request.index() != state.entry(CaRootTable.TABLE)) {
            return false;
        }
        if (request.roots().stream().filter(CARoot::active).count() != 1) {
            throw new RpcException("there must be exactly one active CA");
        }
        var before = Rows.list(state.all(CaRootTable.TABLE));
        for (var root : before) {
            state.delete(CaRootTable.TABLE, root);
        }
        for (var root : request.roots()) {
            if (root.id().isEmpty()) {
                throw new RpcException("Missing CA root ID");
            }
            long created = before.stream().filter(old -> old.id().equals(root.id())).findFirst()
                    .map(old -> old.raftIndex().createIndex()).orElse(state.index());
            state.put(CaRootTable.TABLE, root.withRaftIndex(new RaftIndex(created, state.index())));
        }
        return true;
    }

    /// The index of the command, as a Long: with it the caller knows the certificate.
    static Object leaf(Transaction state, CALeafRequest request) throws RpcException {
        if (!request.op().equals("increment-index")) {
            throw new RpcException("Invalid CA Leaf operation '" + request.op() + "'");
        }
        state.bump(LEAVES);
        return state.index();
    }
}
