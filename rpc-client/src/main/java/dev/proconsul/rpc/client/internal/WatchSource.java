package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import java.time.Duration;
import java.util.Optional;

/// Where a watch's values come from: a blocking query, or a view that a stream of events keeps current. Both answer the
/// same question in the same way. Used by one thread, except [#mode] and [#closed].
///
/// @param <T> what is watched
public interface WatchSource<T> {
    /// {@return how the next answer will come about; may change while the watch runs}
    Watch.Mode mode();

    /// Waits until there is something newer than an index.
    ///
    /// @param index 0 for whatever is there, at once
    /// @param wait  how long; after that the value is answered as it is
    /// @return the value, and where it stands. The index may be lower than the one asked for: the server's history has
    ///         begun anew
    /// @throws CallException        when there is no answer
    /// @throws InterruptedException when the thread was interrupted; nothing is held any more, here or at the server
    Reading<T> read(long index, Duration wait) throws CallException, InterruptedException;

    /// {@return whether there will be no answer any more, because the client was closed}
    boolean closed();

    /// {@return what gives leave to end questions that wait; empty when that needs none}
    default Optional<Closings> closings() {
        return Optional.empty();
    }

    /// {@return how long it will be until the source itself tries again, after a failure; then the next question waits for
    /// that, and needs no pause before it. Empty where the source does nothing by itself}
    default Optional<Duration> ownPause() {
        return Optional.empty();
    }

    /// Frees what is held between two questions; called once, when the watch has ended.
    default void close() {}

    /// An answer.
    ///
    /// @param <T> what is watched
    sealed interface Reading<T> {
        /// {@return where it stands, as the server says}
        long index();
    }

    /// What was read.
    ///
    /// @param value what was read
    /// @param index where it stands
    /// @param <T>   what is watched
    record Value<T>(T value, long index) implements Reading<T> {}

    /// The value is the one that was read last.
    ///
    /// @param index where it stands
    /// @param <T>   what is watched
    record Unchanged<T>(long index) implements Reading<T> {}
}
