package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.TxnCheckOp;
import dev.proconsul.rpc.structs.TxnNodeOp;
import dev.proconsul.rpc.structs.TxnResult;
import dev.proconsul.rpc.structs.TxnServiceOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operations on nodes, services and checks within transactions.
///
/// `set` and `cas` give the row back as it is stored then. `cas` with index 0 wants that there is none; `delete` of
/// what is not there does nothing, `delete-cas` of it fails.
///
/// Source: Consul `agent/consul/state/txn.go`.
final class TxnCatalog {
    private TxnCatalog() {}

    static List<TxnResult> node(Transaction state, TxnNodeOp op) throws RpcException {
        var name = op.node().node();
        var stored = NodeWrites.find(state, name);
        boolean fresh = isFresh(op.node().raftIndex(), stored == null ? null : stored.raftIndex());
        switch (op.verb()) {
            case "get" -> { }
            case "set" -> NodeWrites.ensure(state, op.node());
            case "cas" -> {
                require(fresh, "failed to set node \"" + name + "\", index is stale");
                NodeWrites.ensure(state, op.node());
            }
            case "delete" -> NodeWrites.remove(state, name);
            case "delete-cas" -> {
                require(fresh && stored != null, "failed to delete node \"" + name + "\", index is stale");
                NodeWrites.remove(state, name);
            }
            default -> throw new RpcException("unknown node operation: " + op.verb());
        }
        if (isDelete(op.verb())) {
            return List.of();
        }
        var found = byIdOrName(state, op.node());
        require(found != null, "node \"" + name + "\" doesn't exist");
        return List.of(TxnResult.ZERO.withNode(found));
    }

    private static @Nullable Node byIdOrName(Reader state, Node wanted) {
        return wanted.id().isEmpty()
                ? NodeWrites.find(state, wanted.node()) : NodeWrites.findById(state, wanted.id());
    }

    static List<TxnResult> service(Transaction state, TxnServiceOp op) throws RpcException {
        var id = op.service().id();
        var place = "service \"" + id + "\" on node \"" + op.node() + "\"";
        var stored = ServiceWrites.find(state, op.node(), id);
        boolean fresh = isFresh(op.service().raftIndex(), stored == null ? null : stored.service().raftIndex());
        switch (op.verb()) {
            case "get" -> { }
            case "set" -> ServiceWrites.ensure(state, op.node(), op.service());
            case "cas" -> {
                require(fresh, "failed to set " + place + ", index is stale");
                ServiceWrites.ensure(state, op.node(), op.service());
            }
            case "delete" -> ServiceWrites.remove(state, op.node(), id);
            case "delete-cas" -> {
                require(fresh && stored != null, "failed to delete " + place + ", index is stale");
                ServiceWrites.remove(state, op.node(), id);
            }
            default -> throw new RpcException("unknown service operation: " + op.verb());
        }
        if (isDelete(op.verb())) {
            return List.of();
        }
        var found = ServiceWrites.find(state, op.node(), id);
        if (found == null) {
            throw new RpcException(place + " doesn't exist");
        }
        return List.of(TxnResult.ZERO.withService(found.service()));
    }

    static List<TxnResult> check(Transaction state, TxnCheckOp op) throws RpcException {
        var node = op.check().node();
        var id = op.check().checkID();
        var place = "check \"" + id + "\" on node \"" + node + "\"";
        var stored = CheckWrites.find(state, node, id);
        boolean fresh = isFresh(op.check().raftIndex(), stored == null ? null : stored.raftIndex());
        switch (op.verb()) {
            case "get" -> { }
            case "set" -> CheckWrites.ensure(state, op.check());
            case "cas" -> {
                require(fresh, "failed to set " + place + ", index is stale");
                CheckWrites.ensure(state, op.check());
            }
            case "delete" -> CheckWrites.remove(state, node, id);
            case "delete-cas" -> {
                require(fresh && stored != null, "failed to delete " + place + ", index is stale");
                CheckWrites.remove(state, node, id);
            }
            default -> throw new RpcException("unknown check operation: " + op.verb());
        }
        if (isDelete(op.verb())) {
            return List.of();
        }
        var found = CheckWrites.find(state, node, id);
        require(found != null, place + " doesn't exist");
        return List.of(TxnResult.ZERO.withCheck(found));
    }

    /// Whether a row is as the caller knows it: absent for 0, else last changed at that index.
    private static boolean isFresh(RaftIndex sent, @Nullable RaftIndex stored) {
        return sent.modifyIndex() == (stored == null ? 0 : stored.modifyIndex());
    }

    private static boolean isDelete(String verb) {
        return verb.startsWith("delete");
    }

    private static void require(boolean condition, String error) throws RpcException {
        if (!condition) {
            throw new RpcException(error);
        }
    }
}
