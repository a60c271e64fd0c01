package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexEntry;
import dev.proconsul.rpc.structs.Session;

/// The making of a [Version] from the records of a snapshot. Rows come as they were, with their indexes; nothing is
/// checked that was checked when they were written first.
///
/// Threads: used by one, and dropped afterwards. Source: Consul `agent/consul/fsm/snapshot_oss.go`.
final class Restoration {
    private KvTable kv = KvTable.EMPTY;
    private SessionTable sessions = SessionTable.EMPTY;
    private RadixTree<Long> indexes = RadixTree.empty();

    void entry(DirEntry entry) {
        kv = kv.with(Keys.exact(entry.key()), entry);
        atLeast(Table.KVS.entry(), entry.raftIndex().modifyIndex());
    }

    /// A tombstone is written as an entry that has nothing but a key and the index of the delete.
    void tombstone(DirEntry entry) {
        byte[] key = Keys.exact(entry.key());
        long index = entry.raftIndex().modifyIndex();
        kv = new KvTable(kv.entries(), kv.held(), kv.tombstones().with(key, new Tombstone(key, index)));
        atLeast(Table.TOMBSTONES.entry(), index);
    }

    void session(Session session) {
        sessions = sessions.with(session);
        atLeast(Table.SESSIONS.entry(), session.raftIndex().modifyIndex());
    }

    /// Also those of tables that this server does not have: they are kept, and written again.
    void index(IndexEntry entry) {
        indexes = indexes.with(Keys.exact(entry.key()), entry.value());
    }

    private void atLeast(byte[] name, long index) {
        var known = indexes.get(name);
        if (known == null || known < index) {
            indexes = indexes.with(name, index);
        }
    }

    Version version() {
        return new Version(kv, sessions, indexes);
    }
}
