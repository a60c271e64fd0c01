package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.internal.WatchTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A view that a stream of events keeps current, on a virtual thread of its own, until it is closed. It subscribes again
/// whenever its stream ends, by the [rules][ViewRules].
///
/// Readers see a [Face], which changes when there is another value, when a stream has ended and they are to know, and
/// when the server has taken the subscription again. A reader names the face that he knows, and gets the latest one at
/// once if it is another, or waits. So any number of readers share one subscription, and none misses the last word.
///
/// Threads: any.
///
/// Source: Consul `agent/submatview/materializer.go`.
///
/// @param <T> the value
public final class MaterializedView<T> implements AutoCloseable {
    private final EventStream.Opener opener;
    private final ViewRules<T> rules;
    private final WatchTime time;
    private final Thread thread;
    private final Object lock = new Object();

    // Guarded by lock, as are the rules.
    private Face<T> face = new Face<>(0, null, null);
    private boolean fresh = true; // whether the face has the rules' value
    private boolean failing;
    private boolean closed;

    /// What is known at one moment.
    ///
    /// @param turn    grows with each face; 0 before anything is known
    /// @param result  the value; null while there is none
    /// @param problem why the stream ended, or null if there is one
    /// @param <T>     the value
    public record Face<T>(long turn, @Nullable Result<T> result, @Nullable Problem problem) {}

    /// A value.
    ///
    /// @param value the value
    /// @param index Raft index at which it stands, never 0
    /// @param <T>   the value
    public record Result<T>(T value, long index) {}

    /// The stream has ended.
    ///
    /// @param reason  what is to be done
    /// @param failure what happened
    /// @param pause   before the next attempt
    public record Problem(StreamEnd.Reason reason, CallException failure, Duration pause) {}

    private MaterializedView(
            EventStream.Opener opener, View<T> view, WatchOptions options, WatchTime time) {
        this.opener = opener;
        this.time = time;
        rules = new ViewRules<>(view, options);
        thread = Thread.ofVirtual().name("view").unstarted(this::run);
    }

    /// Makes a view, and starts to keep it current.
    ///
    /// @param opener  subscribes to what the view is of
    /// @param view    empty; not used by anybody else
    /// @param options pauses
    /// @param time    clock and chance
    /// @param <T>     the value
    /// @return the view, to be closed by the caller
    public static <T> MaterializedView<T> start(
            EventStream.Opener opener, View<T> view, WatchOptions options, WatchTime time) {
        var made = new MaterializedView<>(opener, view, options, time);
        made.thread.start();
        return made;
    }

    private void run() {
        try {
            while (!isClosed()) {
                var retry = follow();
                if (retry.pause().isPositive()) {
                    time.sleep(retry.pause());
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /// One subscription, from beginning to end.
    private ViewRules.Retry follow() throws InterruptedException {
        long known;
        synchronized (lock) {
            known = rules.opened();
        }
        try (var stream = opener.open(known)) {
            while (true) {
                take(stream.next());
            }
        } catch (StreamEnd end) {
            return ended(end);
        } catch (UnexpectedEvent e) {
            return ended(unexpected(e));
        } catch (RuntimeException | Error fault) {
            return ended(new StreamEnd(StreamEnd.Reason.BROKEN,
                    new CallException.MaybeExecuted("the stream of events failed: " + fault, fault)));
        }
    }

    private static StreamEnd unexpected(UnexpectedEvent e) {
        return new StreamEnd(StreamEnd.Reason.BROKEN,
                new CallException.MaybeExecuted("the stream of events makes no sense: " + e.getMessage(), e));
    }

    private void take(ViewEvent event) throws UnexpectedEvent {
        synchronized (lock) {
            if (rules.take(event)) {
                fresh = false;
                failing = false;
                turn(null);
            } else if (failing && event instanceof ViewEvent.Accepted && rules.index() != 0) {
                failing = false;
                turn(null);
            }
        }
    }

    private ViewRules.Retry ended(StreamEnd end) {
        synchronized (lock) {
            var retry = rules.ended(end.reason() == StreamEnd.Reason.RESET, time.chance());
            if (retry.told()) {
                failing = true;
                turn(new Problem(end.reason(), end.failure(), retry.pause()));
            }
            return retry;
        }
    }

    private void turn(@Nullable Problem problem) {
        face = new Face<>(face.turn + 1, face.result, problem);
        lock.notifyAll();
    }

    /// Waits for a face that a reader does not know.
    ///
    /// @param known the turn of the one that he knows; 0 for none
    /// @param wait  how long
    /// @return the latest face; the known one when the time is over
    /// @throws InterruptedException when the caller was interrupted
    public Face<T> await(long known, Duration wait) throws InterruptedException {
        long start = System.nanoTime();
        synchronized (lock) {
            while (face.turn <= known && !closed) {
                var left = wait.minusNanos(System.nanoTime() - start);
                if (!left.isPositive()) {
                    break;
                }
                lock.wait(left.toMillis() + 1);
            }
            return face();
        }
    }

    /// The value is made when somebody looks at it, once for all who do.
    private Face<T> face() {
        if (!fresh && rules.index() != 0) {
            fresh = true;
            face = new Face<>(face.turn, new Result<>(rules.value(), rules.index()), face.problem);
        }
        return face;
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /// Unsubscribes, and keeps the view current no longer. Does not wait; closing twice is harmless.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        thread.interrupt();
    }
}
