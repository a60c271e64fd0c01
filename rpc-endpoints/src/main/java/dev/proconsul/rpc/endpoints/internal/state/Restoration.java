package dev.proconsul.rpc.endpoints.internal.state;

/// The making of a [Version] from the records of a snapshot. Rows come as they were, with their indexes; nothing is
/// checked that was checked when they were written first.
///
/// Threads: used by one, and dropped afterwards. Source: Consul `agent/consul/fsm/snapshot_oss.go`.
public final class Restoration {
    private final Version.Changes trees = new Version.Changes(Version.fresh());
    private final long lastIndex;

    Restoration(long lastIndex) {
        this.lastIndex = lastIndex;
    }

    /// {@return the log index of the snapshot, for what has none of its own}
    public long lastIndex() {
        return lastIndex;
    }

    /// {@return what was restored so far}
    public Version rows() {
        return trees.version();
    }

    /// {@return the number of rows so far}
    /// @param table of this table
    public int size(Table<?> table) {
        return trees.tree(table.primary()).size();
    }

    /// Puts a row back. The index entry of its table is then no less than the row's index.
    /// @param table where
    /// @param row   the row; it takes the place of one with the same key
    /// @param index log index of its last change
    /// @param <R>   type of the rows
    public <R> void put(Table<R> table, R row, long index) {
        byte[] key = table.key(row);
        var rows = trees.tree(table.primary());
        var stored = rows.get(key);
        trees.replace(table.primary(), rows.with(key, row));
        for (var other : table.others()) {
            var tree = trees.tree(other);
            if (stored != null) {
                for (byte[] was : other.keys(stored)) {
                    tree = tree.without(Keys.join(was, key));
                }
            }
            for (byte[] is : other.keys(row)) {
                tree = tree.with(Keys.join(is, key), row);
            }
            trees.replace(other, tree);
        }
        if (table.counted() && entry(table.entry()) < index) {
            entry(table.entry(), index);
        }
    }

    /// Sets an index entry, also of a table that this server does not have: it is kept, and written again.
    /// @param name which
    /// @param index its value
    public void entry(String name, long index) {
        entry(Keys.exact(name), index);
    }

    /// Gives an index entry that the snapshot does not have the index of the snapshot.
    /// @param name which
    public void entryIfAbsent(String name) {
        byte[] key = Keys.exact(name);
        if (trees.tree(Index.ENTRIES).get(key) == null) {
            entry(key, lastIndex);
        }
    }

    private long entry(byte[] name) {
        var known = trees.tree(Index.ENTRIES).get(name);
        return known == null ? 0 : known;
    }

    private void entry(byte[] name, long index) {
        trees.replace(Index.ENTRIES, trees.tree(Index.ENTRIES).with(name, index));
    }
}
