package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.TxnKVOp;
import dev.proconsul.rpc.structs.TxnResult;
import java.util.List;

/// Operations on keys within transactions. Those that write give the entry back, without its value.
///
/// Source: Consul `agent/consul/state/txn.go`, `txnKVS`.
final class TxnKv {
    private TxnKv() {}

    static List<TxnResult> run(Transaction state, TxnKVOp op) throws RpcException {
        var sent = op.dirEnt();
        var key = sent.key();
        switch (op.verb()) {
            case "set" -> writing("inserting", () -> KvWrites.set(state, sent));
            case "cas" -> require(writing("inserting", () -> KvWrites.compareAndSet(state, sent)),
                    "failed to set key \"" + key + "\", index is stale");
            case "lock" -> require(writing("inserting", () -> KvWrites.lock(state, sent)),
                    "failed to lock key \"" + key + "\", lock is already held");
            case "unlock" -> require(writing("inserting", () -> KvWrites.unlock(state, sent)), "failed to unlock key \""
                    + key + "\", lock isn't held, or is held by another session");
            case "check-session" -> checkSession(state, sent);
            case "check-index" -> checkIndex(state, sent);
            case "get" -> {
                return List.of(kv(existing(state, key, "key \"" + key + "\" doesn't exist")));
            }
            case "get-or-empty" -> {
                var stored = KvWrites.entry(state, key);
                return List.of(kv(stored == null ? sent.withValue(Bytes.NIL) : stored));
            }
            case "get-tree" -> {
                return KvReads.list(state, key).value().stream().map(TxnKv::kv).toList();
            }
            case "check-not-exists" -> {
                require(KvWrites.entry(state, key) == null, "key \"" + key + "\" exists");
                return List.of();
            }
            case "delete" -> {
                writing("deleting", () -> KvWrites.delete(state, key));
                return List.of();
            }
            case "delete-cas" -> {
                require(writing("deleting", () -> KvWrites.compareAndDelete(state, sent)),
                        "failed to delete key \"" + key + "\", index is stale");
                return List.of();
            }
            case "delete-tree" -> {
                writing("deleting", () -> KvWrites.deleteTree(state, key));
                return List.of();
            }
            default -> throw new RpcException("unknown KV operation: " + op.verb());
        }
        return List.of(kv(existing(state, key, "key \"" + key + "\" doesn't exist").withValue(Bytes.NIL)));
    }

    @FunctionalInterface
    private interface Write<T> {
        T run() throws RpcException;
    }

    /// A transaction that only reads says so with other words before it.
    private static <T> T writing(String doing, Write<T> write) throws RpcException {
        try {
            return write.run();
        } catch (Transaction.ReadOnly e) {
            throw new RpcException("failed " + doing + " kvs entry: " + e.getMessage(), e);
        }
    }

    private static void checkSession(Transaction state, DirEntry sent) throws RpcException {
        var stored = existing(state, sent.key(), "failed to check session, key \"" + sent.key() + "\" doesn't exist");
        require(stored.session().equals(sent.session()), "failed session check for key \"" + sent.key()
                + "\", current session \"" + stored.session() + "\" != \"" + sent.session() + "\"");
    }

    private static void checkIndex(Transaction state, DirEntry sent) throws RpcException {
        var stored = existing(state, sent.key(), "failed to check index, key \"" + sent.key() + "\" doesn't exist");
        long is = stored.raftIndex().modifyIndex();
        long expected = sent.raftIndex().modifyIndex();
        require(is == expected, "failed index check for key \"" + sent.key() + "\", current modify index "
                + Long.toUnsignedString(is) + " != " + Long.toUnsignedString(expected));
    }

    private static DirEntry existing(Transaction state, String key, String error) throws RpcException {
        var stored = KvWrites.entry(state, key);
        if (stored == null) {
            throw new RpcException(error);
        }
        return stored;
    }

    private static void require(boolean condition, String error) throws RpcException {
        if (!condition) {
            throw new RpcException(error);
        }
    }

    private static TxnResult kv(DirEntry entry) {
        return TxnResult.ZERO.withKv(entry);
    }
}
