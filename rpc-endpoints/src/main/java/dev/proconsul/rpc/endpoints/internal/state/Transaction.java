package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The making of the next [Version] by one command, and what is to happen when it is published.
///
/// Each change bumps the index entries of its tables to the command's index and names its topic.
///
/// Threads: used by the writer alone, and dropped after its command.
final class Transaction {
    private final long index;
    private final Version before;
    private KvTable kv;
    private SessionTable sessions;
    private RadixTree<Long> indexes;
    private final List<Topic> changes = new ArrayList<>();
    private final Map<String, Duration> lockDelays = new LinkedHashMap<>();
    private boolean buried;

    Transaction(long index, Version before) {
        this.index = index;
        this.before = before;
        kv = before.kv();
        sessions = before.sessionTable();
        indexes = before.indexes();
    }

    @Nullable DirEntry entry(String key) {
        return kv.entries().get(Keys.exact(key));
    }

    /// Stores an entry. Its indexes are set here; an entry that is stored like this already stays as it is.
    void put(DirEntry entry) {
        byte[] key = Keys.exact(entry.key());
        var stored = kv.entries().get(key);
        if (stored != null && sameContent(stored, entry)) {
            return;
        }
        long created = stored == null ? index : stored.raftIndex().createIndex();
        kv = kv.with(key, entry.withRaftIndex(new RaftIndex(created, index)));
        changed(Topic.key(Table.KVS, key));
    }

    /// Removes a stored entry and leaves a tombstone.
    void remove(DirEntry stored) {
        byte[] key = Keys.exact(stored.key());
        kv = kv.without(key, stored, index);
        changed(Topic.key(Table.KVS, key));
        bury(key);
    }

    /// Removes the entries under a prefix, if there are any, and leaves one tombstone, but none for everything.
    void removeTree(String prefix) {
        byte[] bytes = Keys.exact(prefix);
        if (!kv.entries().cursor(bytes).advance()) {
            return;
        }
        kv = kv.withoutPrefix(bytes, index);
        changed(Topic.under(Table.KVS, bytes));
        if (bytes.length > 0) {
            bury(bytes);
        }
    }

    /// Removes the tombstones of deletes up to and with `last`.
    void reap(long last) {
        var left = kv.reaped(last);
        if (left != kv) {
            kv = left;
            changed(Topic.under(Table.TOMBSTONES, new byte[0]));
        }
    }

    @Nullable Session session(String id) {
        return sessions.byId().get(Keys.folded(id));
    }

    void put(Session session) {
        sessions = sessions.with(session.withRaftIndex(new RaftIndex(index, index)));
        changed(Topic.key(Table.SESSIONS, Keys.folded(session.id())));
    }

    void remove(Session stored) {
        sessions = sessions.without(stored);
        changed(Topic.key(Table.SESSIONS, Keys.folded(stored.id())));
    }

    /// The keys that a session holds, as they are now.
    Iterable<String> heldBy(Session session) {
        return kv.heldBy(session.id()).values(new byte[0]);
    }

    /// Keeps a key from being locked for a while once this is published.
    void delayLock(String key, Duration delay) {
        lockDelays.put(key, delay);
    }

    long index() {
        return index;
    }

    List<Topic> changes() {
        return changes;
    }

    Map<String, Duration> lockDelays() {
        return lockDelays;
    }

    /// True when there are tombstones of this index.
    boolean hasBuried() {
        return buried;
    }

    /// What was made; the version from before when nothing was changed.
    Version result() {
        return changes.isEmpty() ? before : new Version(kv, sessions, indexes, before.origin());
    }

    private void bury(byte[] key) {
        changed(Topic.key(Table.TOMBSTONES, key));
        buried = true;
    }

    private void changed(Topic topic) {
        changes.add(topic);
        indexes = indexes.with(topic.table().entry(), index);
    }

    private static boolean sameContent(DirEntry stored, DirEntry entry) {
        return stored.lockIndex() == entry.lockIndex()
                && stored.flags() == entry.flags()
                && stored.session().equals(entry.session())
                && stored.value().equals(entry.value());
    }
}
