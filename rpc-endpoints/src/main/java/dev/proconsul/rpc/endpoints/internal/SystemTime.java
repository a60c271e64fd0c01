package dev.proconsul.rpc.endpoints.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Real time. One virtual thread waits for the next timer; each task runs on a virtual thread of its own.
///
/// Threads: any. `lock` covers the queue only.
public final class SystemTime implements Time {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread waiting = Thread.ofVirtual().name("timers").unstarted(this::run);

    // Guarded by lock.
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private boolean started;
    private boolean closed;

    /// Makes a clock without timers.
    public SystemTime() {}

    private record Entry(long nanos, long number, Runnable task) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = Long.compare(nanos - other.nanos, 0);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private long numbers; // guarded by lock

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        lock.lock();
        try {
            if (closed) {
                return () -> { };
            }
            var entry = new Entry(System.nanoTime() + delay.toNanos(), numbers++, task);
            queue.add(entry);
            if (!started) {
                started = true;
                waiting.start();
            }
            changed.signal();
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Entry entry) {
        lock.lock();
        try {
            queue.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                var next = queue.peek();
                long left = next == null ? 0 : next.nanos - System.nanoTime();
                if (next == null) {
                    changed.await();
                } else if (left > 0) {
                    changed.awaitNanos(left);
                } else {
                    queue.remove();
                    Thread.ofVirtual().name("timer").start(next.task);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
