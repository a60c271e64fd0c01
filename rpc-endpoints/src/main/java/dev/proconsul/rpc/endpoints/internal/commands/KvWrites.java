package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.endpoints.internal.tables.Tombstone;
import dev.proconsul.rpc.endpoints.internal.tables.TombstoneTable;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.TombstoneRequest;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The verbs that write KV.
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
    private static final String REAP = "reap";

    private KvWrites() {}

    static Object apply(Transaction state, KVSRequest request) throws RpcException {
        var sent = request.dirEnt();
        return switch (request.op().name()) {
            case "set" -> set(state, sent);
            case "cas" -> compareAndSet(state, sent);
            case "delete" -> delete(state, sent.key());
            case "delete-cas" -> compareAndDelete(state, sent);
            case "delete-tree" -> deleteTree(state, sent.key());
            case "lock" -> lock(state, sent);
            case "unlock" -> unlock(state, sent);
            default -> throw new RpcException("Invalid KVS operation '" + request.op().name() + "'");
        };
    }

    static Object set(Transaction state, DirEntry sent) throws RpcException {
        store(state, sent, entry(state, sent.key()));
        return Nothing.NOTHING;
    }

    static boolean compareAndSet(Transaction state, DirEntry sent) throws RpcException {
        var stored = entry(state, sent.key());
        long expected = sent.raftIndex().modifyIndex();
        if (expected != (stored == null ? 0 : stored.raftIndex().modifyIndex())) {
            return false;
        }
        store(state, sent, stored);
        return true;
    }

    static Object delete(Transaction state, String key) throws RpcException {
        var stored = entry(state, key);
        if (stored != null) {
            remove(state, stored);
        }
        return Nothing.NOTHING;
    }

    static boolean compareAndDelete(Transaction state, DirEntry sent) throws RpcException {
        var stored = entry(state, sent.key());
        if (stored == null) {
            return true;
        }
        if (stored.raftIndex().modifyIndex() != sent.raftIndex().modifyIndex()) {
            return false;
        }
        remove(state, stored);
        return true;
    }

    /// One tombstone tells of the whole tree. A delete of everything leaves none: every list then has the index of the
    /// whole table.
    static Object deleteTree(Transaction state, String prefix) throws RpcException {
        if (state.deleteUnder(KvTable.TABLE, Keys.exact(prefix)) && !prefix.isEmpty()) {
            bury(state, prefix);
        }
        return Nothing.NOTHING;
    }

    static boolean lock(Transaction state, DirEntry sent) throws RpcException {
        if (sent.session().isEmpty()) {
            throw new RpcException("missing session");
        }
        if (state.get(SessionTable.BY_ID, Keys.of(sent.session())) == null) {
            throw new RpcException("invalid session \"" + sent.session() + "\"");
        }
        var stored = entry(state, sent.key());
        if (stored == null || stored.session().isEmpty()) {
            put(state, sent.withLockIndex(stored == null ? 1 : stored.lockIndex() + 1), stored);
            return true;
        }
        if (!stored.session().equals(sent.session())) {
            return false;
        }
        put(state, sent.withLockIndex(stored.lockIndex()), stored);
        return true;
    }

    static boolean unlock(Transaction state, DirEntry sent) throws RpcException {
        if (sent.session().isEmpty()) {
            throw new RpcException("missing session");
        }
        var stored = entry(state, sent.key());
        if (stored == null || !stored.session().equals(sent.session())) {
            return false;
        }
        put(state, sent.withLockIndex(stored.lockIndex()).withSession(""), stored);
        return true;
    }

    /// Frees what a session held, as the session wants it.
    static void release(Transaction state, String session, boolean delete) throws RpcException {
        var held = new ArrayList<DirEntry>();
        state.under(KvTable.BY_SESSION, Keys.of(session)).forEach(held::add);
        for (var entry : held) {
            if (delete) {
                remove(state, entry);
            } else {
                put(state, entry.withSession(""), entry);
            }
        }
    }

    static Object reap(Transaction state, TombstoneRequest request) throws RpcException {
        if (!request.op().equals(REAP)) {
            throw new RpcException("Invalid Tombstone operation '" + request.op() + "'");
        }
        var old = new ArrayList<Tombstone>();
        for (var tombstone : state.all(TombstoneTable.TABLE)) {
            if (Long.compareUnsigned(tombstone.index(), request.reapIndex()) <= 0) {
                old.add(tombstone);
            }
        }
        for (var tombstone : old) {
            state.delete(TombstoneTable.TABLE, tombstone);
        }
        state.reaped(request.reapIndex());
        return Nothing.NOTHING;
    }

    static @Nullable DirEntry entry(Reader state, String key) {
        return state.get(KvTable.BY_KEY, Keys.exact(key));
    }

    /// A write that is not about locks keeps the holder, whatever session was sent.
    private static void store(Transaction state, DirEntry sent, @Nullable DirEntry stored) throws RpcException {
        put(state, sent.withSession(stored == null ? "" : stored.session()), stored);
    }

    private static void put(Transaction state, DirEntry entry, @Nullable DirEntry stored) throws RpcException {
        if (stored != null && sameContent(entry, stored)) {
            return;
        }
        long created = stored == null ? state.index() : stored.raftIndex().createIndex();
        state.put(KvTable.TABLE, entry.withRaftIndex(new RaftIndex(created, state.index())));
    }

    /// Leaves out the key, by which `stored` was found: its bytes would be fetched from memory for nothing.
    private static boolean sameContent(DirEntry entry, DirEntry stored) {
        return entry.withKey(stored.key()).withRaftIndex(stored.raftIndex()).equals(stored);
    }

    private static void remove(Transaction state, DirEntry stored) throws RpcException {
        state.delete(KvTable.TABLE, stored);
        bury(state, stored.key());
    }

    private static void bury(Transaction state, String key) throws RpcException {
        state.put(TombstoneTable.TABLE, new Tombstone(key, state.index()));
        state.buried();
    }
}
