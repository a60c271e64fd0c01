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

/// Opens this side's streams: gives out their numbers, and holds callers back while too many opens are unacknowledged,
/// or too many streams open.
///
/// Both are waited for by one condition, and one caller is woken for each permit or place that comes back. That is
/// enough: a caller needs one of each, so whatever lets one more of them in is such a return.
///
/// Threads: any. The lock is held while the new stream's SYN is put into the outbox, so that numbers rise on the wire.
final class OpenGate {
    private static final int STEP = 2;

    private final Role role;
    private final int mostPending;
    private final int mostOpen;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int nextId;
    private boolean exhausted;
    private int pending;
    private int open; // not counted without a limit, so that the end of a stream costs nothing here
    private @Nullable MuxException refusal;

    /// @param mostPending opens that may be unacknowledged
    /// @param mostOpen    streams that may be open; `Integer.MAX_VALUE` for no limit, since there are no more numbers
    OpenGate(Role role, int firstId, int mostPending, int mostOpen) {
        this.role = role;
        this.nextId = firstId;
        this.mostPending = mostPending;
        this.mostOpen = mostOpen;
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
            open += limited() ? 1 : 0;
            int id = nextId;
            exhausted = id == role.lastId();
            if (exhausted) {
                changed.signalAll(); // nothing will come back for those who wait
            }
            nextId += STEP;
            return start.apply(id);
        } finally {
            lock.unlock();
        }
    }

    private boolean limited() {
        return mostOpen < Integer.MAX_VALUE;
    }

    private void awaitPermit(long patienceNanos) throws SocketTimeoutException, InterruptedException {
        long left = patienceNanos;
        while (refusal == null && !exhausted && (pending >= mostPending || open >= mostOpen)) {
            if (left <= 0) {
                throw new SocketTimeoutException("open timed out: " + (open >= mostOpen
                        ? open + " streams of this side are open, the limit is maxOutboundStreams"
                        : pending + " streams are not acknowledged, the limit is acceptBacklog"));
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

    /// A stream of either side has ended, and is not in the table any more. Called once for each.
    void gone(YamuxStream stream) {
        if (!limited() || role.opensFromPeer(stream.id())) {
            return;
        }
        lock.lock();
        try {
            open--;
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
