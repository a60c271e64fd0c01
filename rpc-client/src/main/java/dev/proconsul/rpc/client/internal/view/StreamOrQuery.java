package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.WatchSource;
import dev.proconsul.rpc.client.internal.WatchTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A view where the server streams, and a blocking query where it does not.
///
/// ```
///   STREAM ── not offered, or no connection; the query is answered ──► BLOCKING_QUERY
///      ▲                                                                   │
///      └── a stream brings a value ◄── tried after 10 s, 20 s … 5 min ─────┤
///      └── tried at once               ◄── the query has no answer ────────┘
/// ```
///
/// A stream that broke is left to its view, which tries again by itself.
///
/// @param <T> what is watched
public final class StreamOrQuery<T> implements WatchSource<T> {
    private static final Duration FIRST_PROBE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PROBE = Duration.ofMinutes(5);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(20);

    private final WatchSource<T> query;
    private final Supplier<Optional<ViewStore.Lease<T>>> leasing;
    private final WatchTime time;
    private final Duration linger;
    private volatile Watch.Mode mode = Watch.Mode.STREAM;

    // Of the watch's thread.
    private ViewStore.@Nullable Lease<T> lease;
    private MaterializedView.@Nullable Result<T> told;
    private long turn;
    private Duration pause = Duration.ZERO;
    private long probeAt;
    private Duration probeAfter = FIRST_PROBE;

    /// Makes a source.
    /// @param query   asks
    /// @param leasing gets the view; empty where there are no streams at all
    /// @param time    clock
    /// @param linger  how long the view is kept after the end
    public StreamOrQuery(WatchSource<T> query, Supplier<Optional<ViewStore.Lease<T>>> leasing, WatchTime time,
            Duration linger) {
        this.query = query;
        this.leasing = leasing;
        this.time = time;
        this.linger = linger;
    }

    @Override
    public Watch.Mode mode() {
        return mode;
    }

    @Override
    public Reading<T> read(long index, Duration wait) throws CallException, InterruptedException {
        if (mode == Watch.Mode.BLOCKING_QUERY) {
            long untilProbe = probeAt - time.nanoTime();
            if (untilProbe > 0) {
                return ask(index, shorter(wait, Duration.ofNanos(untilProbe)));
            }
        }
        var held = lease == null ? leasing.get().orElse(null) : lease;
        if (held == null) { // no streams in this program, or the client was closed
            mode = Watch.Mode.BLOCKING_QUERY;
            probeAt = Long.MAX_VALUE / 2 + time.nanoTime();
            return query.read(index, wait);
        }
        lease = held;
        return fromView(held, index, wait);
    }

    private Reading<T> ask(long index, Duration wait) throws CallException, InterruptedException {
        try {
            return query.read(index, wait);
        } catch (CallException e) {
            probeAt = time.nanoTime(); // whoever is there next may stream
            throw e;
        }
    }

    private Reading<T> fromView(ViewStore.Lease<T> held, long index, Duration wait)
            throws CallException, InterruptedException {
        var patience = mode == Watch.Mode.BLOCKING_QUERY ? shorter(wait, PROBE_PATIENCE) : wait;
        var face = held.view().await(turn, patience);
        if (isFirstFailure(face.problem())) {
            face = held.view().await(face.turn(), patience); // the view tries again at this very moment
        }
        if (query.closed()) {
            throw new CallException.NotSent("the client was closed", new IOException("closed"));
        }
        turn = face.turn();
        var problem = face.problem();
        if (problem != null) {
            pause = problem.pause();
            return switch (problem.reason()) {
                case NOT_OFFERED, UNREACHABLE -> fallBack(index, wait);
                case RESET, BROKEN -> throw problem.failure();
            };
        }
        var result = face.result();
        if (result == null) {
            return noWord(index, wait, patience);
        }
        mode = Watch.Mode.STREAM;
        probeAfter = FIRST_PROBE;
        boolean same = result == told;
        told = result;
        return same ? new Unchanged<>(result.index()) : new Value<>(result.value(), result.index());
    }

    private static boolean isFirstFailure(MaterializedView.@Nullable Problem problem) {
        return problem != null && problem.reason() == StreamEnd.Reason.UNREACHABLE && problem.pause().isZero();
    }

    private Reading<T> noWord(long index, Duration wait, Duration patience) throws CallException, InterruptedException {
        if (mode == Watch.Mode.BLOCKING_QUERY) {
            return fallBack(index, wait);
        }
        throw new CallException.MaybeExecuted("the stream of events has said nothing for " + patience.toSeconds() + " s",
                new IOException("no snapshot"));
    }

    /// Asks instead; only an answer shows that the server is there and merely does not stream.
    private Reading<T> fallBack(long index, Duration wait) throws CallException, InterruptedException {
        var reading = query.read(told == null ? index : 0, shorter(wait, probeAfter));
        mode = Watch.Mode.BLOCKING_QUERY;
        probeAt = time.nanoTime() + probeAfter.toNanos();
        probeAfter = shorter(probeAfter.multipliedBy(2), LONGEST_PROBE);
        release(Duration.ZERO);
        return reading;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public Optional<Duration> ownPause() {
        return lease == null ? Optional.empty() : Optional.of(pause);
    }

    @Override
    public boolean closed() {
        return query.closed();
    }

    @Override
    public Optional<Closings> closings() {
        return query.closings();
    }

    private void release(Duration keep) {
        var held = lease;
        if (held != null) {
            held.giveBack(keep);
        }
        lease = null;
        told = null;
        turn = 0;
    }

    @Override
    public void close() {
        release(linger);
        query.close();
    }
}
