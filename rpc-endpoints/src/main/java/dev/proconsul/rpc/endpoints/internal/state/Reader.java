package dev.proconsul.rpc.endpoints.internal.state;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The rows of the state as somebody sees them: a query, which may want to wait until what it saw has changed
/// ([View]), or a command, which also sees what it has done itself ([Transaction]). A [Version] is the third kind, for
/// those that do not wait.
///
/// Rows are found one by one while they are iterated. Nothing is copied, and nothing is locked.
public interface Reader {
    /// Looks up one row.
    /// @param index which
    /// @param key   a whole key; of a primary index, or the row that it names may not be the only one
    /// @param <R>   type of the rows
    /// @return the row, or null
    <R> @Nullable R get(Index<R> index, byte[] key);

    /// Gives the rows whose keys begin with some bytes, in the order of the keys.
    /// @param index  which
    /// @param prefix the bytes; none for all rows
    /// @param <R>    type of the rows
    /// @return the rows
    <R> Iterable<R> under(Index<R> index, byte[] prefix);

    /// Looks up an index entry.
    /// @param name see [Table#name], and [dev.proconsul.rpc.endpoints.internal.tables.Entries] for finer ones
    /// @return log index of the last change; 0 when there is no such entry
    long entry(String name);

    /// {@return the same rows for one who need not be told of their changes, because something else tells him}
    Reader unwatched();

    /// Looks up the first row whose key begins with some bytes.
    /// @param index  which
    /// @param prefix the bytes
    /// @param <R>    type of the rows
    /// @return the row, or null
    default <R> @Nullable R first(Index<R> index, byte[] prefix) {
        Iterator<R> rows = under(index, prefix).iterator();
        return rows.hasNext() ? rows.next() : null;
    }

    /// Gives all rows of a table in the order of their keys.
    /// @param table which
    /// @param <R>   type of the rows
    /// @return the rows
    default <R> Iterable<R> all(Table<R> table) {
        return under(table.primary(), Keys.NONE);
    }

    /// Looks up the index entry of a table.
    /// @param table which
    /// @return log index of the last write that changed it; 0 when none did
    default long entry(Table<?> table) {
        return entry(table.name());
    }
}
