package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.List;
import java.util.function.Predicate;

/// What is left of some rows.
///
/// @param rows    those that may be seen
/// @param removed whether there were others
/// @param <R>     type of the rows
public record Filtered<R>(List<R> rows, boolean removed) {
    /// Leaves out what must not be seen.
    /// @param rows any rows
    /// @param may  tells which may be seen
    /// @param <R>  type of the rows
    /// @return the others; the same list, also when it is nil, when nothing is left out
    public static <R> Filtered<R> of(List<R> rows, Predicate<? super R> may) {
        if (rows.stream().allMatch(may)) {
            return new Filtered<>(rows, false);
        }
        return new Filtered<>(rows.stream().filter(may).toList(), true);
    }
}
