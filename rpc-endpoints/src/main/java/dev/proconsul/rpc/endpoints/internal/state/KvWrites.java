package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVSRequest;
import org.jspecify.annotations.Nullable;

/// The verbs that write KV, as the replicated state machine runs them.
///
/// | verb | result | effect |
/// |---|---|---|
/// | `set` | nothing | create or overwrite; the holder stays, the lock index is taken from the request |
/// | `cas` | bool | `set`, if `ModifyIndex` is that of the entry, or 0 and there is none |
/// | `delete` | nothing | remove, if it is there |
/// | `delete-cas` | bool | remove, if `ModifyIndex` is that of the entry; true when there is none |
/// | `delete-tree` | nothing | remove all keys with this prefix |
/// | `lock` | bool | `set` and become the holder, unless another is |
/// | `unlock` | bool | `set` and let go, if the holder |
///
/// Writing what is stored already changes nothing, not even an index.
///
/// Source: Consul `agent/consul/state/kvs.go`.
final class KvWrites {
    private KvWrites() {}

    static Object apply(Transaction transaction, KVSRequest request) {
        var sent = request.dirEnt();
        return switch (request.op().name()) {
            case "set" -> set(transaction, sent);
            case "cas" -> compareAndSet(transaction, sent);
            case "delete" -> delete(transaction, sent);
            case "delete-cas" -> compareAndDelete(transaction, sent);
            case "delete-tree" -> deleteTree(transaction, sent);
            case "lock" -> lock(transaction, sent);
            case "unlock" -> unlock(transaction, sent);
            default -> new RpcException("Invalid KVS operation '" + request.op().name() + "'");
        };
    }

    private static Object set(Transaction transaction, DirEntry sent) {
        store(transaction, sent, transaction.entry(sent.key()));
        return Nothing.NOTHING;
    }

    private static Object compareAndSet(Transaction transaction, DirEntry sent) {
        var stored = transaction.entry(sent.key());
        long expected = sent.raftIndex().modifyIndex();
        if (expected != (stored == null ? 0 : stored.raftIndex().modifyIndex())) {
            return false;
        }
        store(transaction, sent, stored);
        return true;
    }

    private static Object delete(Transaction transaction, DirEntry sent) {
        var stored = transaction.entry(sent.key());
        if (stored != null) {
            transaction.remove(stored);
        }
        return Nothing.NOTHING;
    }

    private static Object compareAndDelete(Transaction transaction, DirEntry sent) {
        var stored = transaction.entry(sent.key());
        if (stored == null) {
            return true;
        }
        if (stored.raftIndex().modifyIndex() != sent.raftIndex().modifyIndex()) {
            return false;
        }
        transaction.remove(stored);
        return true;
    }

    private static Object deleteTree(Transaction transaction, DirEntry sent) {
        transaction.removeTree(sent.key());
        return Nothing.NOTHING;
    }

    private static Object lock(Transaction transaction, DirEntry sent) {
        if (sent.session().isEmpty()) {
            return new RpcException("missing session");
        }
        if (transaction.session(sent.session()) == null) {
            return new RpcException("invalid session \"" + sent.session() + "\"");
        }
        var stored = transaction.entry(sent.key());
        if (stored == null || stored.session().isEmpty()) {
            transaction.put(sent.withLockIndex(stored == null ? 1 : stored.lockIndex() + 1));
            return true;
        }
        if (!stored.session().equals(sent.session())) {
            return false;
        }
        transaction.put(sent.withLockIndex(stored.lockIndex()));
        return true;
    }

    private static Object unlock(Transaction transaction, DirEntry sent) {
        if (sent.session().isEmpty()) {
            return new RpcException("missing session");
        }
        var stored = transaction.entry(sent.key());
        if (stored == null || !stored.session().equals(sent.session())) {
            return false;
        }
        transaction.put(sent.withLockIndex(stored.lockIndex()).withSession(""));
        return true;
    }

    /// A write that is not about locks keeps the holder, whatever session was sent.
    private static void store(Transaction transaction, DirEntry sent, @Nullable DirEntry stored) {
        transaction.put(sent.withSession(stored == null ? "" : stored.session()));
    }
}
