package dev.proconsul.rpc.endpoints.internal.state;

import java.util.List;

/// A table of the state: what it is called, and how its rows are found.
///
/// ```java
/// public static final Index<Node> BY_NAME = Index.of("nodes by name", row -> Keys.of(row.node()));
/// public static final Index<Node> BY_META = Index.ofAny("nodes by meta", row -> ...);
/// public static final Table<Node> TABLE = Table.of("nodes", BY_NAME, BY_META);
/// ```
///
/// Nothing else knows of a table: versions, transactions and watches come to have it when the first row is put in.
/// Every write bumps the index entry that has the table's name.
///
/// Immutable; made once, as a constant of its class.
///
/// @param <R> type of the rows, which are immutable
public final class Table<R> {
    private final String name;
    private final byte[] entry;
    private final boolean counted;
    private final Index<R> primary;
    private final List<Index<R>> others;

    private Table(String name, boolean counted, Index<R> primary, List<Index<R>> others) {
        this.name = name;
        this.entry = Keys.exact(name);
        this.counted = counted;
        this.primary = primary;
        this.others = others;
    }

    /// Describes a table.
    /// @param name    Consul's name for it, and that of its index entry
    /// @param primary has exactly one key for each row
    /// @param others  the other ways to find rows
    /// @param <R>     type of the rows
    /// @return the table
    @SafeVarargs
    @SuppressWarnings("varargs") // the array goes no further than into a copy
    public static <R> Table<R> of(String name, Index<R> primary, Index<R>... others) {
        return new Table<>(name, true, primary, List.of(others));
    }

    /// {@return this table without an index entry: its writes are told by those of other tables}
    public Table<R> uncounted() {
        return new Table<>(name, false, primary, others);
    }

    /// {@return the name}
    public String name() {
        return name;
    }

    /// The key of its index entry.
    byte[] entry() {
        return entry;
    }

    /// Whether a write bumps the entry.
    boolean counted() {
        return counted;
    }

    /// {@return the index in which every row has one key of its own}
    public Index<R> primary() {
        return primary;
    }

    List<Index<R>> others() {
        return others;
    }

    byte[] key(R row) {
        return primary.keys(row).getFirst();
    }

    /// {@return the name}
    @Override
    public String toString() {
        return name;
    }
}
