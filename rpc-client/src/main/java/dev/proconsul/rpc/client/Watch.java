package dev.proconsul.rpc.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Something at the server, and what becomes of it: a blocking query that is asked again and again.
///
/// For one thread at a time. There is nothing to close: between two calls of [#next] a watch holds nothing, and
/// interrupting [#next] frees what the server holds.
///
/// Source: Consul `api/watch` and the client rules of blocking queries: an index that goes back begins anew.
///
/// @param <T> what is watched
public final class Watch<T> {
    private static final Duration WAIT = Duration.ofMinutes(5);

    private final Query<T> query;
    private long index;
    private @Nullable T last;

    Watch(Query<T> query) {
        this.query = query;
    }

    /// Waits for the next value: the present one at the first call, and after that each that differs from the last.
    ///
    /// @return the value and its index
    /// @throws CallException        when the server did not answer; calling again goes on where the watch was
    /// @throws InterruptedException when the caller was interrupted; likewise
    public Answer<T> next() throws CallException, InterruptedException {
        while (true) {
            var answer = query.ask(index, WAIT);
            index = answer.index() < index ? 0 : Math.max(1, answer.index());
            if (!answer.value().equals(last)) {
                last = answer.value();
                return answer;
            }
        }
    }

    /// A value and when it was written.
    ///
    /// @param value what was read
    /// @param index Raft index that the next question waits to see exceeded
    /// @param <T>   what is watched
    public record Answer<T>(T value, long index) {}

    /// Asks the server once.
    @FunctionalInterface
    interface Query<T> {
        /// {@return the value, once the index is greater than the given one or the time is over}
        Answer<T> ask(long index, Duration wait) throws CallException, InterruptedException;
    }
}
