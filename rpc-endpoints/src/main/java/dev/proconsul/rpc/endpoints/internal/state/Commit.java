package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one command changed: the versions before and after it, and the rows that are not the same in both.
///
/// Rows are compared only when somebody asks, so a commit that nobody looks at has cost nothing. Immutable.
public final class Commit {
    private final long index;
    private final Version before;
    private final Version after;
    private final List<Topic> changes;

    Commit(long index, Version before, Version after, List<Topic> changes) {
        this.index = index;
        this.before = before;
        this.after = after;
        this.changes = changes;
    }

    /// A row that was made, changed or removed. One of the two is not null.
    /// @param before what it was; null when there was none
    /// @param after  what it is; null when there is none any more
    /// @param <R>    type of the row
    public record Change<R>(@Nullable R before, @Nullable R after) {
        /// {@return the row, as it is or else was}
        public R row() {
            var is = after;
            if (is != null) {
                return is;
            }
            var was = before;
            if (was == null) {
                throw new IllegalStateException("a change of nothing");
            }
            return was;
        }
    }

    /// {@return the log index of the command}
    public long index() {
        return index;
    }

    /// {@return the state before the command}
    public Version before() {
        return before;
    }

    /// {@return the state after the command}
    public Version after() {
        return after;
    }

    /// Gives the rows of a table that this command changed, each once, in the order of their keys.
    /// @param table which
    /// @param <R>   type of the rows
    /// @return the changes; none for a row that is the same object as before
    public <R> List<Change<R>> changes(Table<R> table) {
        var keys = new TreeMap<byte[], Boolean>(Arrays::compareUnsigned);
        for (var change : changes) {
            if (change.index() == table.primary()) {
                if (change.isSubtree()) {
                    addKeys(before, table, change.bytes(), keys);
                    addKeys(after, table, change.bytes(), keys);
                } else {
                    keys.put(change.bytes(), true);
                }
            }
        }
        if (keys.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<Change<R>>(keys.size());
        for (byte[] key : keys.keySet()) {
            var was = before.get(table.primary(), key);
            var is = after.get(table.primary(), key);
            if (was != is) {
                rows.add(new Change<>(was, is));
            }
        }
        return rows;
    }

    private static <R> void addKeys(Version version, Table<R> table, byte[] prefix, TreeMap<byte[], Boolean> keys) {
        for (var cursor = version.tree(table.primary()).cursor(prefix); cursor.advance();) {
            keys.put(cursor.key(), true);
        }
    }

    /// {@return whether this command wrote to a table}
    /// @param table which
    public boolean touches(Table<?> table) {
        for (var change : changes) {
            if (change.index() == table.primary()) {
                return true;
            }
        }
        return false;
    }
}
