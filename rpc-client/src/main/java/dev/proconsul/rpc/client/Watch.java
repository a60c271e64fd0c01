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
    /// @throws CallException        when the server did not answer; calling again reads the present value, and
    ///                              returns it if it is not the last one
    /// @throws InterruptedException when the caller was interrupted; likewise
    public Answer<T> next() throws CallException, InterruptedException {
        while (true) {
            long asked = index;
            index = 0; // if asking fails: the server may come back with a history in which the old index lies ahead
            var answer = query.ask(asked, WAIT);
            index = following(asked, answer.index());
            if (!answer.value().equals(last)) {
                last = answer.value();
                return answer;
            }
        }
    }

    /// {@return the index to ask with after an answer: never below 1, and 0 when the server's went back}
    private static long following(long asked, long answered) {
        if (Long.compareUnsigned(answered, asked) < 0) {
            return 0;
        }
        return answered == 0 ? 1 : answered;
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
