package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.WatchState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the thread of a watch does: asks, shows the answer, and waits as the rules say, until it is closed.
///
/// Nothing ends it unseen: whatever goes wrong is shown, and is a reason either to try again or for the end.
///
/// @param <T> what is watched
public final class WatchLoop<T> implements Runnable {
    private static final String TOKEN_IS_GONE = "ACL not found";

    private final WatchSource<T> source;
    private final WatchOptions options;
    private final WatchTime time;
    private final WatchBoard<T> board;
    private final WatchRules rules;
    private @Nullable T last;

    private final Object gate = new Object();

    // Guarded by gate.
    private @Nullable Thread waiting;
    private boolean closed;

    /// Makes a loop that asks nothing yet.
    /// @param source  whom to ask
    /// @param options times
    /// @param time    clock and chance
    /// @param board   where to show what comes
    public WatchLoop(WatchSource<T> source, WatchOptions options, WatchTime time, WatchBoard<T> board) {
        this.source = source;
        this.options = options;
        this.time = time;
        this.board = board;
        this.rules = new WatchRules(options);
    }

    @Override
    public void run() {
        Optional<Throwable> cause = Optional.empty();
        try {
            while (step()) {
                // until closed
            }
        } catch (CallException | RuntimeException | Error e) {
            cause = Optional.of(e);
        } finally {
            board.ended(cause);
            source.close();
        }
    }

    /// Asks once.
    ///
    /// @return whether to go on; false when closed
    /// @throws CallException when trying again makes no sense
    private boolean step() throws CallException {
        try {
            var pause = ask();
            if (pause.isPositive()) {
                interruptibly(() -> {
                    time.sleep(pause);
                    return pause;
                });
            }
            return true;
        } catch (InterruptedException e) {
            return !isClosed(); // a mark that an application has left on this thread means nothing
        }
    }

    private Duration ask() throws CallException, InterruptedException {
        long asked = rules.index();
        long start = time.nanoTime();
        try {
            var reading = interruptibly(() -> source.read(asked, options.patience()));
            var pause = rules.answered(reading.index(), Duration.ofNanos(time.nanoTime() - start), time.chance());
            board.live(news(reading));
            return pause;
        } catch (CallException | RuntimeException e) {
            return failed(e);
        }
    }

    private Duration failed(Exception e) throws CallException, InterruptedException {
        if (source.closed()) {
            close();
            throw new InterruptedException("the client was closed");
        }
        if (e instanceof CallException.Refused refused && refused.getMessage().contains(TOKEN_IS_GONE)) {
            throw refused;
        }
        var pause = rules.failed(time.chance());
        var own = source.ownPause();
        board.failing(new WatchState.Failing(rules.failures(), e, own.orElse(pause)), time.nanoTime());
        return own.isPresent() ? Duration.ZERO : pause;
    }

    private Optional<Watch.Update<T>> news(WatchSource.Reading<T> reading) {
        return switch (reading) {
            case WatchSource.Value<T>(var value, var _) when value.equals(last) -> Optional.empty();
            case WatchSource.Value<T>(var value, var index) -> {
                last = value;
                yield Optional.of(new Watch.Update<>(value, index, source.mode()));
            }
            case WatchSource.Unchanged<T> _ -> Optional.empty();
        };
    }

    /// Something that waits.
    private interface Waiting<V> {
        V run() throws CallException, InterruptedException;
    }

    /// Closing interrupts what waits here, and nothing else: least of all a listener.
    private <V> V interruptibly(Waiting<V> action) throws CallException, InterruptedException {
        synchronized (gate) {
            if (closed) {
                throw new InterruptedException("the watch was closed");
            }
            waiting = Thread.currentThread();
        }
        try {
            return action.run();
        } finally {
            synchronized (gate) {
                waiting = null;
                if (closed) {
                    Thread.interrupted();
                }
            }
        }
    }

    private boolean isClosed() {
        synchronized (gate) {
            return closed;
        }
    }

    /// Ends the loop soon; a question that waits is given up, which frees what the server holds for it. Any thread.
    public void close() {
        boolean waits;
        synchronized (gate) {
            waits = waiting != null && !closed;
            closed = true;
        }
        if (waits) {
            source.closings().ifPresentOrElse(closings -> closings.inTurn(this::interrupt), this::interrupt);
        }
    }

    private void interrupt() {
        synchronized (gate) {
            if (waiting != null) {
                waiting.interrupt();
            }
        }
    }
}
