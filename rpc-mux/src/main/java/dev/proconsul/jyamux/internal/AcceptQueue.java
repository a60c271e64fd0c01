package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The peer's streams that wait for [#take]. Only the reader adds, so room that it saw cannot vanish.
final class AcceptQueue {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<YamuxStream> waiting = new ArrayDeque<>(2);
    private @Nullable SessionClosed end;

    AcceptQueue(int limit) {
        this.limit = limit;
    }

    boolean hasRoomFor(int count) {
        lock.lock();
        try {
            return waiting.size() + count <= limit;
        } finally {
            lock.unlock();
        }
    }

    /// {@return whether they were taken in; after the end nobody will take them}
    boolean addAll(Collection<YamuxStream> arrivals) {
        lock.lock();
        try {
            if (end == null) {
                waiting.addAll(arrivals);
                changed.signalAll();
            }
            return end == null;
        } finally {
            lock.unlock();
        }
    }

    /// A stream that was reset before anybody took it is not handed out.
    void remove(YamuxStream stream) {
        lock.lock();
        try {
            waiting.remove(stream);
        } finally {
            lock.unlock();
        }
    }

    /// @param patienceNanos the longest wait
    YamuxStream take(long patienceNanos) throws SessionClosed, SocketTimeoutException, InterruptedException {
        long left = patienceNanos;
        lock.lockInterruptibly();
        try {
            while (true) {
                if (end != null) {
                    throw Reasons.again(end);
                }
                YamuxStream next = waiting.pollFirst();
                if (next != null) {
                    return next;
                }
                if (left <= 0) {
                    throw new SocketTimeoutException("accept timed out: the peer opens no stream");
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// {@return those that nobody has taken}
    List<YamuxStream> end(SessionClosed reason) {
        lock.lock();
        try {
            end = reason;
            List<YamuxStream> left = List.copyOf(waiting);
            waiting.clear();
            changed.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
