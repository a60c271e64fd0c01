package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.TombstoneRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A store with a log in front of it, and short words for what tests do with it.
final class Scene {
    final ManualClock clock = new ManualClock();
    final StateStore store = new StateStore(Commands.all(), SnapshotRecords.FORM, clock, System::nanoTime);
    private long index = 10;

    /// Node `s1` is there, as a server registers itself.
    Scene() {
        register("s1");
    }

    void register(String node) {
        apply(Commands.REGISTER.with(RegisterRequest.ZERO.withNode(node).withAddress("127.0.0.1")));
    }

    /// Log index of the last command.
    long index() {
        return index;
    }

    Object apply(StateCommand<?> command) {
        return store.apply(++index, command);
    }

    Object kv(KVOp op, DirEntry entry) {
        return apply(Commands.KVS.with(KVSRequest.ZERO.withOp(op).withDirEnt(entry)));
    }

    /// Sets a key; gives the log index.
    long set(String key, String value) {
        kv(KVOp.SET, entry(key, value));
        return index;
    }

    long delete(String key) {
        kv(KVOp.DELETE, entry(key, ""));
        return index;
    }

    long deleteTree(String prefix) {
        kv(KVOp.DELETE_TREE, entry(prefix, ""));
        return index;
    }

    Object lock(String key, String session, String value) {
        return kv(KVOp.LOCK, entry(key, value).withSession(session));
    }

    Object unlock(String key, String session, String value) {
        return kv(KVOp.UNLOCK, entry(key, value).withSession(session));
    }

    Object session(String id, SessionBehavior behavior, Duration lockDelay) {
        var session = Session.ZERO.withId(id).withNode("s1").withBehavior(behavior).withLockDelay(lockDelay);
        return session(SessionOp.CREATE, session);
    }

    long destroy(String id) {
        session(SessionOp.DESTROY, Session.ZERO.withId(id));
        return index;
    }

    Object session(SessionOp op, Session session) {
        return apply(Commands.SESSION.with(SessionRequest.ZERO.withOp(op).withSession(session)));
    }

    static StateCommand<?> reap(long last) {
        return Commands.TOMBSTONE.with(TombstoneRequest.ZERO.withOp("reap").withReapIndex(last));
    }

    Indexed<Optional<DirEntry>> get(String key) {
        return KvReads.get(store.current(), key);
    }

    DirEntry stored(String key) {
        return get(key).value().orElseThrow();
    }

    Indexed<List<DirEntry>> list(String prefix) {
        return KvReads.list(store.current(), prefix);
    }

    Indexed<List<String>> keys(String prefix, String separator) {
        var rows = list(prefix);
        return new Indexed<>(rows.index(), KvReads.keysOf(rows.value(), prefix, separator));
    }

    static DirEntry entry(String key, String value) {
        return DirEntry.ZERO.withKey(key).withValue(value.isEmpty() ? Bytes.NIL : Bytes.ofUtf8(value));
    }

    static DirEntry entry(String key, String value, long modifyIndex) {
        return entry(key, value).withRaftIndex(new RaftIndex(0, modifyIndex));
    }
}
