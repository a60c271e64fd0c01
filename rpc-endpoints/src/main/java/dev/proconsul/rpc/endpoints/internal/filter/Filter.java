package dev.proconsul.rpc.endpoints.internal.filter;

import dev.proconsul.rpc.api.RpcException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A boolean expression that rows must meet.
///
/// Immutable; any thread.
///
/// @param <T> type of the rows
public final class Filter<T> {
    private final boolean everything;
    private final Predicate<Object> test;

    private Filter(boolean everything, Predicate<Object> test) {
        this.everything = everything;
        this.test = test;
    }

    /// Reads a filter.
    /// @param text the expression; empty for one that all rows meet
    /// @param type type of the rows
    /// @param <T>  type of the rows
    /// @return the filter
    /// @throws RpcException when the text is no expression over such rows, with Consul's words
    public static <T> Filter<T> of(String text, RowType<T> type) throws RpcException {
        if (text.isEmpty()) {
            return new Filter<>(true, _ -> true);
        }
        try {
            return new Filter<>(false, Compiler.compile(Parser.parse(text), type));
        } catch (FilterException e) {
            throw new RpcException("Failed to create boolean expression evaluator: " + e.getMessage(), e);
        }
    }

    /// {@return whether this is the empty filter, which all rows meet}
    public boolean isEverything() {
        return everything;
    }

    /// {@return whether a row meets this}
    /// @param row any row
    public boolean test(T row) {
        return test.test(row);
    }

    /// {@return the rows that meet this; the same list, which may be nil, if this is the empty filter}
    /// @param rows any rows
    public List<T> apply(List<T> rows) {
        return everything ? rows : rows.stream().filter(test).toList();
    }

    /// {@return the entries whose values meet this; the same map if this is the empty filter}
    /// @param rows rows by any key
    public Map<String, T> apply(Map<String, T> rows) {
        if (everything) {
            return rows;
        }
        var kept = new LinkedHashMap<String, T>();
        rows.forEach((key, row) -> {
            if (test.test(row)) {
                kept.put(key, row);
            }
        });
        return kept;
    }
}
