package dev.proconsul.rpc.endpoints.internal.tables;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Rows as lists.
public final class Rows {
    private Rows() {}

    /// {@return the rows, found at once}
    /// @param rows found one by one
    /// @param <R>  their type
    public static <R> List<R> list(Iterable<R> rows) {
        var list = new ArrayList<R>();
        rows.forEach(list::add);
        return Collections.unmodifiableList(list);
    }
}
