package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.TxnError;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnResponse;
import dev.proconsul.rpc.structs.TxnResult;
import dev.proconsul.rpc.structs.TxnSessionOp;
import java.util.ArrayList;
import java.util.List;

/// Transactions: all operations happen, or none. Each sees what those before it have done.
///
/// All of them run, so that all errors are told.
///
/// Source: Consul `agent/consul/state/txn.go`.
public final class TxnWrites {
    private TxnWrites() {}

    static Object apply(Transaction state, TxnRequest request) {
        var response = run(state, request.ops());
        if (!response.errors().isEmpty()) {
            state.abandon();
        }
        return response;
    }

    /// Runs operations.
    /// @param state what they read and change
    /// @param ops   the operations
    /// @return their results, or all errors
    public static TxnResponse run(Transaction state, List<TxnOp> ops) {
        var results = new ArrayList<TxnResult>();
        var errors = new ArrayList<TxnError>();
        for (int i = 0; i < ops.size(); i++) {
            try {
                results.addAll(run(state, ops.get(i)));
            } catch (RpcException e) {
                errors.add(new TxnError(i, e.getMessage()));
            }
        }
        return errors.isEmpty() ? new TxnResponse(results, Nil.list()) : new TxnResponse(Nil.list(), errors);
    }

    private static List<TxnResult> run(Transaction state, TxnOp op) throws RpcException {
        if (op.kv() != null) {
            return TxnKv.run(state, op.kv());
        } else if (op.node() != null) {
            return TxnCatalog.node(state, op.node());
        } else if (op.service() != null) {
            return TxnCatalog.service(state, op.service());
        } else if (op.check() != null) {
            return TxnCatalog.check(state, op.check());
        } else if (op.session() != null) {
            return session(state, op.session());
        }
        throw new RpcException("unknown operation type");
    }

    /// Removes the session and nothing else, as in Consul: its keys stay locked by it.
    private static List<TxnResult> session(Transaction state, TxnSessionOp op) throws RpcException {
        if (!op.verb().equals("delete")) {
            throw new RpcException("failed to delete session: unknown Session verb \"" + op.verb() + "\"");
        }
        var stored = state.get(SessionTable.BY_ID, Keys.of(op.session().id()));
        if (stored == null) {
            throw new RpcException("failed to delete session: failed deleting session: not found");
        }
        SessionWrites.forget(state, stored);
        return List.of();
    }
}
