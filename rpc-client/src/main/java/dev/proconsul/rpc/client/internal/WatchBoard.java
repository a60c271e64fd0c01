package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.Watch.Update;
import dev.proconsul.rpc.client.WatchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a watch shows what it knows, and where those who want to know wait. Any thread; written by the watch's.
///
/// @param <T> what is watched
public final class WatchBoard<T> {
    private final Object lock = new Object();
    private volatile Face<T> face = new Face<>(null, 0, new WatchState.Starting(), 0);

    // Guarded by lock. Copied when it changes, so that it can be told without the lock.
    private List<Outlet<T>> outlets = List.of();

    /// What is shown at one moment.
    ///
    /// @param update  the latest; null while there is none
    /// @param version how many there have been
    /// @param state   of the watch itself
    /// @param lostAt  when the first of the present failures was, if the state is that
    /// @param <T>     what is watched
    public record Face<T>(@Nullable Update<T> update, long version, WatchState state, long lostAt) {
        /// {@return whether nothing more comes}
        public boolean ended() {
            return state instanceof WatchState.Ended;
        }
    }

    /// {@return what is shown now}
    public Face<T> face() {
        return face;
    }

    /// There was an answer.
    void live(Optional<Update<T>> update) {
        var old = face;
        var state = old.state instanceof WatchState.Live ? old.state : new WatchState.Live();
        if (update.isPresent()) {
            show(new Face<>(update.get(), old.version + 1, state, 0));
        } else if (state != old.state) {
            show(new Face<>(old.update, old.version, state, 0));
        }
    }

    /// There was none.
    void failing(WatchState.Failing state, long now) {
        var old = face;
        show(new Face<>(old.update, old.version, state, old.state instanceof WatchState.Failing ? old.lostAt : now));
    }

    void ended(Optional<Throwable> cause) {
        var old = face;
        show(new Face<>(old.update, old.version, new WatchState.Ended(cause), old.lostAt));
    }

    private void show(Face<T> next) {
        List<Outlet<T>> told;
        synchronized (lock) {
            face = next;
            told = outlets;
            if (next.ended()) {
                outlets = List.of();
            }
            lock.notifyAll();
        }
        told.forEach(Outlet::signal);
    }

    /// Waits for a newer value, or the end.
    ///
    /// @param version of the value that is known
    /// @return what is shown then; if it has nothing newer, the end
    /// @throws InterruptedException when the caller was interrupted
    public Face<T> await(long version) throws InterruptedException {
        synchronized (lock) {
            while (face.version <= version && !face.ended()) {
                lock.wait();
            }
            return face;
        }
    }

    /// Waits for a newer value, or the end, but not for ever.
    ///
    /// @param version  of the value that is known
    /// @param patience how long
    /// @return what is shown then
    /// @throws InterruptedException when the caller was interrupted
    public Face<T> await(long version, Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        synchronized (lock) {
            while (face.version <= version && !face.ended()) {
                var left = patience.minusNanos(System.nanoTime() - start);
                if (!left.isPositive()) {
                    return face;
                }
                lock.wait(left.toMillis() + 1);
            }
            return face;
        }
    }

    /// Has an outlet told of what is shown now, and of each change.
    /// @param outlet new
    public void add(Outlet<T> outlet) {
        synchronized (lock) {
            if (!face.ended()) {
                var more = new ArrayList<>(outlets);
                more.add(outlet);
                outlets = List.copyOf(more);
            }
        }
        outlet.signal();
    }

    void remove(Outlet<T> outlet) {
        synchronized (lock) {
            outlets = outlets.stream().filter(other -> other != outlet).toList();
        }
    }
}
