package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.DirEntry;

/// The rows of KV: entries, which keys each session holds, and tombstones.
///
/// Immutable; each change gives another table. Every entry with a session is in `held`, and nothing else is.
///
/// @param entries    rows by key
/// @param held       by session id: the keys that it holds, so that the end of a session need not go through all rows
/// @param tombstones by key or prefix
record KvTable(RadixTree<DirEntry> entries, RadixTree<RadixTree<String>> held, RadixTree<Tombstone> tombstones) {
    static final KvTable EMPTY = new KvTable(RadixTree.empty(), RadixTree.empty(), RadixTree.empty());

    KvTable with(byte[] key, DirEntry entry) {
        var before = entries.get(key);
        var nowHeld = held;
        if (before == null || !before.session().equals(entry.session())) {
            nowHeld = holding(before == null ? held : released(held, key, before), key, entry);
        }
        return new KvTable(entries.with(key, entry), nowHeld, tombstones);
    }

    KvTable without(byte[] key, DirEntry entry, long index) {
        return new KvTable(entries.without(key), released(held, key, entry), buried(key, index));
    }

    /// Removes the rows under a prefix. A delete of everything leaves no tombstone: every list then has the index of
    /// the whole table.
    KvTable withoutPrefix(byte[] prefix, long index) {
        var nowHeld = held;
        for (var cursor = entries.cursor(prefix); cursor.advance();) {
            if (!cursor.value().session().isEmpty()) {
                nowHeld = released(nowHeld, cursor.key(), cursor.value());
            }
        }
        return new KvTable(
                entries.withoutPrefix(prefix), nowHeld, prefix.length == 0 ? tombstones : buried(prefix, index));
    }

    /// Removes the tombstones of deletes up to and with `last`.
    KvTable reaped(long last) {
        var left = tombstones;
        for (var tombstone : tombstones.values(new byte[0])) {
            if (tombstone.index() <= last) {
                left = left.without(tombstone.key());
            }
        }
        return left == tombstones ? this : new KvTable(entries, held, left);
    }

    /// The keys that a session holds.
    RadixTree<String> heldBy(String session) {
        var keys = held.get(Keys.folded(session));
        return keys == null ? RadixTree.empty() : keys;
    }

    /// The index of the last delete under a prefix that a tombstone remembers; 0 when none does.
    long lastDeleteUnder(byte[] prefix) {
        long last = 0;
        for (var tombstone : tombstones.values(prefix)) {
            last = Math.max(last, tombstone.index());
        }
        return last;
    }

    private RadixTree<Tombstone> buried(byte[] key, long index) {
        return tombstones.with(key, new Tombstone(key, index));
    }

    private static RadixTree<RadixTree<String>> holding(
            RadixTree<RadixTree<String>> held, byte[] key, DirEntry entry) {
        if (entry.session().isEmpty()) {
            return held;
        }
        byte[] session = Keys.folded(entry.session());
        var keys = held.get(session);
        return held.with(session, (keys == null ? RadixTree.<String>empty() : keys).with(key, entry.key()));
    }

    private static RadixTree<RadixTree<String>> released(
            RadixTree<RadixTree<String>> held, byte[] key, DirEntry entry) {
        byte[] session = Keys.folded(entry.session());
        var keys = entry.session().isEmpty() ? null : held.get(session);
        if (keys == null) {
            return held;
        }
        var left = keys.without(key);
        return left.isEmpty() ? held.without(session) : held.with(session, left);
    }
}
