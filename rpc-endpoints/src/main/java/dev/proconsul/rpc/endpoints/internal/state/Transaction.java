package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The making of the next [Version] by one command, and what is to happen when it is published.
///
/// As a [Reader] it shows the state with all that was done so far. Each change of a row bumps the index entry of its
/// table to the command's index, and names the topics that it concerns, in every index of the table. A transaction that
/// is dropped has done nothing.
///
/// Threads: used by the writer alone, and dropped after its command.
public final class Transaction implements Reader {
    private final long index;
    private final boolean writable;
    private final Version before;
    private final Version.Changes trees;
    private final List<Topic> changes = new ArrayList<>();
    private final Map<String, Duration> lockDelays = new LinkedHashMap<>();
    private boolean buried;
    private boolean abandoned;
    private long reaped;

    private Transaction(long index, Version before, boolean writable) {
        this.index = index;
        this.before = before;
        this.writable = writable;
        trees = new Version.Changes(before);
    }

    /// A transaction of a command.
    static Transaction of(long index, Version before) {
        return new Transaction(index, before, true);
    }

    /// {@return a transaction that refuses to change anything}
    /// @param version what it reads
    public static Transaction readOnly(Version version) {
        return new Transaction(0, version, false);
    }

    /// {@return the log index of the command}
    public long index() {
        return index;
    }

    @Override
    public <R> @Nullable R get(Index<R> index, byte[] key) {
        return trees.tree(index).get(key);
    }

    @Override
    public <R> Iterable<R> under(Index<R> index, byte[] prefix) {
        return trees.tree(index).values(prefix);
    }

    @Override
    public long entry(String name) {
        var value = trees.tree(Index.ENTRIES).get(Keys.exact(name));
        return value == null ? 0 : value;
    }

    @Override
    public Reader unwatched() {
        return this;
    }

    /// Stores a row in the place of the one with the same key, if there is one. Rows are stored as they are, so their
    /// indexes are the caller's business.
    ///
    /// @param table where
    /// @param row   the row
    /// @param <R>   type of the rows
    /// @throws RpcException when this transaction only reads
    public <R> void put(Table<R> table, R row) throws RpcException {
        requireWritable("insert");
        byte[] key = table.key(row);
        var stored = trees.tree(table.primary()).get(key);
        trees.replace(table.primary(), trees.tree(table.primary()).with(key, row));
        changes.add(Topic.key(table.primary(), key));
        for (var other : table.others()) {
            reindex(other, key, stored, row);
        }
        wrote(table);
    }

    /// Removes a row.
    ///
    /// @param table where from
    /// @param row   the row that is stored there
    /// @param <R>   type of the rows
    /// @throws RpcException when this transaction only reads
    public <R> void delete(Table<R> table, R row) throws RpcException {
        requireWritable("delete");
        byte[] key = table.key(row);
        trees.replace(table.primary(), trees.tree(table.primary()).without(key));
        changes.add(Topic.key(table.primary(), key));
        for (var other : table.others()) {
            reindex(other, key, row, null);
        }
        wrote(table);
    }

    /// Removes all rows whose primary keys begin with some bytes.
    ///
    /// @param table  where from
    /// @param prefix the bytes; none for all rows
    /// @param <R>    type of the rows
    /// @return whether there were any
    /// @throws RpcException when this transaction only reads
    public <R> boolean deleteUnder(Table<R> table, byte[] prefix) throws RpcException {
        requireWritable("delete");
        var rows = trees.tree(table.primary());
        var cursor = rows.cursor(prefix);
        if (!cursor.advance()) {
            return false;
        }
        do {
            byte[] key = cursor.key();
            for (var other : table.others()) {
                reindex(other, key, cursor.value(), null);
            }
        } while (cursor.advance());
        trees.replace(table.primary(), rows.withoutPrefix(prefix));
        changes.add(Topic.under(table.primary(), prefix));
        wrote(table);
        return true;
    }

    /// Sets an index entry to the index of this command.
    /// @param name which, see [Reader#entry]
    public void bump(String name) {
        bump(Keys.exact(name));
    }

    /// Sets an index entry to a certain index: for what a snapshot says.
    /// @param name  which
    /// @param value log index
    public void set(String name, long value) {
        set(Keys.exact(name), value);
    }

    /// Removes an index entry, because what it was about is gone.
    /// @param name which
    public void forget(String name) {
        byte[] key = Keys.exact(name);
        var entries = trees.tree(Index.ENTRIES);
        var left = entries.without(key);
        if (left != entries) {
            trees.replace(Index.ENTRIES, left);
            changes.add(Topic.key(Index.ENTRIES, key));
        }
    }

    /// Keeps a key from being locked for a while once this is published.
    /// @param key   a KV key
    /// @param delay how long
    public void delayLock(String key, Duration delay) {
        lockDelays.put(key, delay);
    }

    /// Takes note that there is a tombstone of this index, for the reaper.
    public void buried() {
        buried = true;
    }

    /// Gives up: nothing of what was done, or will be done, is published.
    public void abandon() {
        abandoned = true;
    }

    /// Takes note that tombstones up to and with an index are gone, for the reaper.
    /// @param last the index
    public void reaped(long last) {
        reaped = last;
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

    /// The index up to which tombstones are gone; 0 when none were reaped.
    long reapedUpTo() {
        return reaped;
    }

    /// What was made; the version from before when nothing was changed.
    Version result() {
        return abandoned || changes.isEmpty() ? before : trees.version();
    }

    private <R> void reindex(Index<R> other, byte[] primaryKey, @Nullable R stored, @Nullable R row) {
        var was = stored == null ? List.<byte[]>of() : other.keys(stored);
        var is = row == null ? List.<byte[]>of() : other.keys(row);
        if (was.isEmpty() && is.isEmpty()) {
            return;
        }
        var tree = trees.tree(other);
        for (byte[] key : was) {
            byte[] whole = Keys.join(key, primaryKey);
            tree = tree.without(whole);
            changes.add(Topic.key(other, whole));
        }
        for (byte[] key : is) {
            byte[] whole = Keys.join(key, primaryKey);
            tree = row == null ? tree : tree.with(whole, row);
            changes.add(Topic.key(other, whole));
        }
        trees.replace(other, tree);
    }

    private void wrote(Table<?> table) {
        if (table.counted()) {
            bump(table.entry());
        }
    }

    private void bump(byte[] name) {
        set(name, index);
    }

    private void set(byte[] name, long value) {
        var entries = trees.tree(Index.ENTRIES);
        var stored = entries.get(name);
        if (stored == null || stored != value) {
            trees.replace(Index.ENTRIES, entries.with(name, value));
            changes.add(Topic.key(Index.ENTRIES, name));
        }
    }

    /// A transaction that only reads was to change something.
    public static final class ReadOnly extends RpcException {
        @Serial
        private static final long serialVersionUID = 1;

        private ReadOnly(String verb) {
            super("cannot " + verb + " in read-only transaction");
        }
    }

    private void requireWritable(String verb) throws ReadOnly {
        if (!writable) {
            throw new ReadOnly(verb);
        }
    }
}
