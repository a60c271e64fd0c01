package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.client.internal.serf.SerfReplies.MembersEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Events on the way from the thread that reads to the one that acts. The reader never waits: when the queue is full all
/// of it is dropped, and the other side is told to ask for everything anew.
///
/// Threads: any. `lock` covers a few field accesses.
final class EventQueue {
    /// What the taker has to do.
    sealed interface Signal {
        /// Take in an event.
        record Event(MembersEvent event) implements Signal {}

        /// Ask for all members: events were lost, or it is time to.
        record List() implements Signal {}

        /// Take leave.
        record Stop() implements Signal {}

        /// Give up the connection.
        record Ended(IOException cause) implements Signal {}
    }

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<MembersEvent> events = new ArrayDeque<>();
    private boolean lost;
    private boolean stopped;
    private long overflows;
    private @Nullable IOException end;

    EventQueue(int capacity) {
        this.capacity = capacity;
    }

    void add(MembersEvent event) {
        lock.lock();
        try {
            if (events.size() < capacity) {
                events.add(event);
            } else {
                events.clear();
                lost = true;
                overflows++;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the queue; the first cause stays.
    void end(IOException cause) {
        lock.lock();
        try {
            if (end == null) {
                end = cause;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Has the taker stop before it does anything else.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for something to do. What came before the end comes before it here.
    ///
    /// @param patience after which it is time to ask for all members
    Signal take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (true) {
                var next = next();
                if (next.isPresent()) {
                    return next.get();
                } else if (left <= 0) {
                    return new Signal.List();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<Signal> next() {
        if (stopped) {
            return Optional.of(new Signal.Stop());
        } else if (lost) {
            lost = false;
            return Optional.of(new Signal.List());
        }
        var event = events.poll();
        if (event != null) {
            return Optional.of(new Signal.Event(event));
        }
        return Optional.ofNullable(end).map(Signal.Ended::new);
    }

    long overflows() {
        lock.lock();
        try {
            return overflows;
        } finally {
            lock.unlock();
        }
    }
}
