package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Opens this side's streams: gives out their numbers, and holds callers back while too many opens are unacknowledged.
///
/// Threads: any. The lock is held while the new stream's SYN is put into the outbox, so that numbers rise on the wire.
final class OpenGate {
    private static final int STEP = 2;

    private final Role role;
    private final int mostPending;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int nextId;
    private boolean exhausted;
    private int pending;
    private @Nullable MuxException refusal;

    OpenGate(Role role, int firstId, int mostPending) {
        this.role = role;
        this.nextId = firstId;
        this.mostPending = mostPending;
    }

    /// @param start         makes the stream of that number known and sends its SYN
    /// @param patienceNanos the longest wait
    YamuxStream open(IntFunction<YamuxStream> start, long patienceNanos) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitPermit(patienceNanos);
            if (refusal != null) {
                throw refusal instanceof MuxException.SessionClosed ended ? Reasons.again(ended) : refusal;
            }
            if (exhausted) {
                throw new OpenRefused("all stream numbers of this session are used up", Origin.LOCAL);
            }
            pending++;
            int id = nextId;
            exhausted = id == role.lastId();
            nextId += STEP;
            return start.apply(id);
        } finally {
            lock.unlock();
        }
    }

    private void awaitPermit(long patienceNanos) throws SocketTimeoutException, InterruptedException {
        long left = patienceNanos;
        while (refusal == null && !exhausted && pending >= mostPending) {
            if (left <= 0) {
                throw new SocketTimeoutException("open timed out: " + pending + " streams are not acknowledged");
            }
            left = changed.awaitNanos(left);
        }
    }

    /// A stream was acknowledged, or ended before it was.
    void permitReturned() {
        lock.lock();
        try {
            pending--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// From now on every open fails with the reason. An end of the session replaces a go away.
    void refuse(MuxException reason) {
        lock.lock();
        try {
            if (!(refusal instanceof MuxException.SessionClosed)) {
                refusal = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return pending;
        } finally {
            lock.unlock();
        }
    }
}
