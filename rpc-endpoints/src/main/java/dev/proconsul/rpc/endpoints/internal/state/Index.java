package dev.proconsul.rpc.endpoints.internal.state;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// One way to find the rows of a table: a sorted tree of keys that are made from the rows.
///
/// The keys of a primary index are unique. Those of any other index need not be: the tree has the primary key behind
/// them, so rows with equal keys come in the order of their primary keys, and are found together under the key as
/// prefix. A row may have several keys in one index, or none.
///
/// Immutable; made once, as a constant of its table's class.
///
/// @param <R> type of the rows
public final class Index<R> {
    /// The log index of the last change of a table, a service and so on, by name: the replicated state's own clockwork.
    static final Index<Long> ENTRIES = new Index<>("index", _ -> {
        throw new IllegalStateException("index entries are named, not made from rows");
    });

    private static final class Numbers {
        static final AtomicInteger NEXT = new AtomicInteger();
    }

    /// Number among all indexes of this process, for arrays of trees. Nothing else depends on it.
    final int position = Numbers.NEXT.getAndIncrement();
    private final String name;
    private final Function<? super R, List<byte[]>> keys;

    private Index(String name, Function<? super R, List<byte[]>> keys) {
        this.name = name;
        this.keys = keys;
    }

    /// Makes an index in which every row has one key.
    /// @param name for people
    /// @param key  makes the key of a row
    /// @param <R>  type of the rows
    /// @return the index
    public static <R> Index<R> of(String name, Function<? super R, byte[]> key) {
        return new Index<>(name, row -> List.of(key.apply(row)));
    }

    /// Makes an index in which a row has any number of keys.
    /// @param name for people
    /// @param keys makes the keys of a row, each once
    /// @param <R>  type of the rows
    /// @return the index
    public static <R> Index<R> ofAny(String name, Function<? super R, List<byte[]>> keys) {
        return new Index<>(name, keys);
    }

    List<byte[]> keys(R row) {
        return keys.apply(row);
    }

    /// {@return the name}
    @Override
    public String toString() {
        return name;
    }
}
