package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.ListenerOutlet;
import dev.proconsul.rpc.client.internal.SubscriptionOutlet;
import dev.proconsul.rpc.client.internal.WatchBoard;
import dev.proconsul.rpc.client.internal.WatchLoop;
import dev.proconsul.rpc.client.internal.WatchSource;
import dev.proconsul.rpc.client.internal.WatchTime;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/// Something at the server, and what becomes of it. A watch runs from when it is made until it is closed, on a virtual
/// thread of its own; it outlives restarts of servers, and forgets nothing it has read meanwhile.
///
/// It is about the latest value: whoever looks seldom misses values in between, and never the last one. There are four
/// ways to look, which go together:
///
/// ```java
/// try (var watch = client.kv().watch("config/a")) {
///     watch.latest();                                    // what is known now
///     watch.next();                                      // waits for the first value, then for each other one
///     for (var update : watch) { … }                     // the same as a loop, until the watch is closed
///     watch.listen(update -> apply(update.value()));     // told of each
///     watch.subscribe(subscriber);                       // the same with back-pressure: this is a Flow.Publisher
/// }
/// ```
///
/// The watch has a state of its own, see [#state]: it tells whether the latest value can be trusted, and [#age] tells
/// since when it cannot.
///
/// Threads: any number at once, unless a method says otherwise. Whoever makes a watch closes it; closing its client
/// closes it as well. Thousands of watches share one connection.
///
/// Source: Consul `api/watch`, `agent/cache`, and the rules of blocking queries.
///
/// @param <T> what is watched
public final class Watch<T> implements Flow.Publisher<Watch.Update<T>>, Iterable<Watch.Update<T>>, AutoCloseable {
    private final WatchSource<T> source;
    private final WatchTime time;
    private final WatchBoard<T> board = new WatchBoard<>();
    private final WatchLoop<T> loop;
    private volatile long seen;

    private Watch(WatchSource<T> source, WatchOptions options, WatchTime time) {
        this.source = source;
        this.time = time;
        loop = new WatchLoop<>(source, options, time, board);
    }

    static <T> Watch<T> start(WatchSource<T> source, WatchOptions options) {
        return start(source, options, WatchTime.SYSTEM);
    }

    static <T> Watch<T> start(WatchSource<T> source, WatchOptions options, WatchTime time) {
        var watch = new Watch<>(source, options, time);
        Thread.ofVirtual().name("watch").start(watch.loop);
        return watch;
    }

    /// Where a watch's values come from.
    public enum Mode {
        /// From a blocking query that is asked again and again.
        BLOCKING_QUERY,
        /// From a stream of events.
        STREAM
    }

    /// A value and when it was written.
    ///
    /// @param value what was read
    /// @param index Raft index of the answer that brought it, unsigned
    /// @param mode  where it came from
    /// @param <T>   what is watched
    public record Update<T>(T value, long index, Mode mode) {}

    /// {@return where values come from at present}
    public Mode mode() {
        return source.mode();
    }

    /// {@return how the watch itself is}
    public WatchState state() {
        return board.face().state();
    }

    /// {@return the last value that was read, also while the watch is failing and after its end; empty before any}
    public Optional<Update<T>> latest() {
        return Optional.ofNullable(board.face().update());
    }

    /// {@return for how long the latest value may have been out of date: zero while the server answers, else the time
    /// since it was found not to; empty while there is no value, and at the end}
    public Optional<Duration> age() {
        var face = board.face();
        if (face.update() == null) {
            return Optional.empty();
        }
        return switch (face.state()) {
            case WatchState.Starting _, WatchState.Ended _ -> Optional.empty();
            case WatchState.Live _ -> Optional.of(Duration.ZERO);
            case WatchState.Failing _ -> Optional.of(Duration.ofNanos(time.nanoTime() - face.lostAt()));
        };
    }

    /// Waits for a value that this method has not returned yet: at first the present one, and after that each that
    /// differs from the last. Failures of the server make it wait longer, and are seen in [#state]. For one thread at a
    /// time.
    ///
    /// @return value and index
    /// @throws CallException         when the watch has ended because the server refuses it for good
    /// @throws InterruptedException  when the caller was interrupted; the watch goes on
    /// @throws IllegalStateException when the watch was closed
    public Update<T> next() throws CallException, InterruptedException {
        return taken(board.await(seen)).orElseThrow(() -> new IllegalStateException("the watch was closed"));
    }

    /// Waits like [#next()], but not for ever.
    ///
    /// @param patience how long
    /// @return value and index; empty when there was none in this time, or the watch was closed
    /// @throws CallException        when the watch has ended because the server refuses it for good
    /// @throws InterruptedException when the caller was interrupted; the watch goes on
    public Optional<Update<T>> next(Duration patience) throws CallException, InterruptedException {
        return taken(board.await(seen, patience));
    }

    private Optional<Update<T>> taken(WatchBoard.Face<T> face) throws CallException {
        if (face.version() > seen) {
            seen = face.version();
            return Optional.ofNullable(face.update());
        }
        if (face.state() instanceof WatchState.Ended(Optional<Throwable> cause) && cause.isPresent()) {
            if (cause.get() instanceof CallException refused) {
                throw refused;
            }
            throw new IllegalStateException("the watch has ended", cause.get());
        }
        return Optional.empty();
    }

    /// {@return values one after the other, as [#next()] has them, until the watch is closed. Each iterator sees them
    /// all. It throws a [CompletionException] when the watch ends otherwise, or when the thread is interrupted, which
    /// then keeps its mark. For one thread}
    @Override
    public Iterator<Update<T>> iterator() {
        return new Values();
    }

    /// Has a listener told of the latest value, and of each change from now on.
    ///
    /// @param listener told the latest value before this method returns, if there is one
    public void listen(WatchListener<T> listener) {
        board.add(new ListenerOutlet<>(board, Objects.requireNonNull(listener, "listener")));
    }

    /// Has a subscriber told of the latest value, and of each change from now on, as far as he requests them. He gets
    /// `onComplete` when the watch is closed, and `onError` when it ends otherwise.
    ///
    /// @param subscriber called on the watch's thread or on one that requests, never on two at once
    @Override
    public void subscribe(Flow.Subscriber<? super Update<T>> subscriber) {
        board.add(new SubscriptionOutlet<>(board, Objects.requireNonNull(subscriber, "subscriber")));
    }

    /// Ends the watch, and frees what it holds here and at the server. Does not wait; closing twice is harmless.
    @Override
    public void close() {
        loop.close();
    }

    private final class Values implements Iterator<Update<T>> {
        private long passed;

        @Override
        public boolean hasNext() {
            return face().version() > passed;
        }

        @Override
        public Update<T> next() {
            var face = face();
            var update = face.update();
            if (update == null || face.version() <= passed) {
                throw new NoSuchElementException("the watch was closed");
            }
            passed = face.version();
            return update;
        }

        private WatchBoard.Face<T> face() {
            try {
                var face = board.await(passed);
                if (face.version() <= passed && face.state() instanceof WatchState.Ended(Optional<Throwable> cause)) {
                    cause.ifPresent(reason -> {
                        throw new CompletionException("the watch has ended", reason);
                    });
                }
                return face;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompletionException("interrupted", e);
            }
        }
    }
}
