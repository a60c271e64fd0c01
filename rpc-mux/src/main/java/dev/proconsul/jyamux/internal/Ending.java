package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Brings a session to its end, once. The first reason wins.
///
/// Order: everybody who waits is told; the go away is queued, behind what is queued already; nothing more is taken in;
/// what is queued gets a limited time to leave; the connection is closed. The last two happen on a thread of their own,
/// so neither the reader nor the flusher ever waits here.
final class Ending {
    /// How to take leave.
    enum Farewell {
        /// Queued frames leave, then a go away with the reason's code, then the connection closes.
        GO_AWAY,
        /// Queued frames leave, then the connection closes: the go away was said before.
        LINGER,
        /// The connection closes at once.
        NONE
    }

    private static final Logger LOG = System.getLogger(Ending.class.getName());
    /// So long, and at least two round trips, a peer may take to close after this side has finished, unless it goes on
    /// sending: one that says nothing has left nothing unread, and the kernel sees to it that it gets the rest.
    private static final long SILENCE = 500_000_000L;

    private final String session;
    private final SessionParts parts;
    private final Wire wire;
    private final Reading reading;
    private final AtomicReference<@Nullable SessionClosed> first = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread closer;

    Ending(String session, SessionParts parts, Wire wire, Reading reading) {
        this.session = session;
        this.parts = parts;
        this.wire = wire;
        this.reading = reading;
    }

    @Nullable SessionClosed reason() {
        return first.get();
    }

    /// Ends the session, unless it has ended.
    void end(SessionClosed reason, Farewell farewell) {
        if (!first.compareAndSet(null, reason)) {
            return;
        }
        LOG.log(Level.DEBUG, () -> session + ": " + reason.getMessage());
        if (farewell == Farewell.GO_AWAY) {
            parts.outbox().control(FrameType.GO_AWAY, Flags.NONE, 0, (int) reason.code());
        }
        parts.outbox().end(reason, farewell == Farewell.NONE);
        parts.end(reason);
        Thread closing = Thread.ofVirtual().name(session + "-closer").unstarted(() -> close(reason, farewell));
        closer = closing;
        closing.start();
    }

    /// Ends the wait for queued frames, if one is under way.
    void hurry() {
        Thread closing = closer;
        if (closing != null) {
            closing.interrupt();
        }
    }

    private void close(SessionClosed reason, Farewell farewell) {
        try (wire) {
            if (farewell != Farewell.NONE) {
                linger();
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
            LOG.log(Level.DEBUG, () -> session + ": closing the connection failed: " + e);
        } finally {
            parts.outbox().stop();
            closed.countDown();
            parts.telemetry().ended(reason);
        }
    }

    /// Closing a socket that has unread bytes makes the kernel take back what the peer has not read yet. So this side
    /// only finishes, and closes when the peer has closed, has been silent for a while, or the time is over; meanwhile
    /// the reader goes on.
    private void linger() throws IOException {
        long end = System.nanoTime() + Deadlines.nanos(parts.config().lingerTimeout());
        try {
            if (!parts.outbox().awaitEmpty(end - System.nanoTime())) {
                LOG.log(Level.DEBUG, () -> session + ": queued frames were lost at the end");
            } else if (wire.finishWriting()) {
                awaitPeer(end);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, () -> session + ": queued frames were given up at the end");
        }
    }

    private void awaitPeer(long end) throws InterruptedException {
        long silence = Math.max(SILENCE, 2 * parts.roundTrip().nanos());
        long heard;
        long left;
        do {
            heard = parts.counters().bytesReceived.sum();
            left = end - System.nanoTime();
        } while (left > 0
                && !reading.await(Duration.ofNanos(Math.min(silence, left)))
                && heard != parts.counters().bytesReceived.sum());
    }

    /// Waits until the connection is closed.
    boolean awaitClosed(Duration patience) throws InterruptedException {
        return closed.await(Deadlines.nanos(patience), TimeUnit.NANOSECONDS);
    }
}
