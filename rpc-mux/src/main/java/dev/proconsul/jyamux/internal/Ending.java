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
/// what is queued gets a limited time to leave, and a socket's peer to close; the connection is closed. These last
/// happen on a thread of their own, so neither the reader nor a writer ever waits here.
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
    /// A peer is silent if nothing came of it for two slices in a row, each a round trip at least: one alone could be a
    /// pause of this process, with bytes that wait to be read.
    private static final long SLICE = 250_000_000L;
    private static final int SILENT_SLICES = 2;
    /// So much the other kernel has room for, and has, by the time its side is silent. Of more, a part may still be
    /// here, to be lost when the peer speaks again.
    private static final int LITTLE = 65_536;

    private final String session;
    private final SessionParts parts;
    private final Wire wire;
    private final Reading reading;
    private final AtomicReference<@Nullable SessionClosed> first = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread closer;
    private volatile boolean hurried;

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
        if (hurried) { // by somebody who came after the first reason, and found no thread yet
            closing.interrupt();
        }
    }

    /// Ends the wait for queued frames and for the peer, if one is under way or will be.
    void hurry() {
        hurried = true;
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

    /// Closing a socket that has unread bytes, or gets more, makes the kernel take back what has not arrived yet. So
    /// this side only finishes, and closes when the peer has closed, or is silent and has all, or the time is over;
    /// meanwhile the reader goes on.
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
        Counters counters = parts.counters();
        long slice = Math.max(SLICE, parts.roundTrip().nanos());
        for (int silent = 0; silent < SILENT_SLICES; ) {
            long heard = counters.bytesReceived.sum();
            long left = end - System.nanoTime();
            if (left <= 0 || reading.await(Duration.ofNanos(Math.min(slice, left)))) {
                return;
            }
            boolean quiet = heard == counters.bytesReceived.sum() && counters.sentSinceHeard() <= LITTLE;
            silent = quiet ? silent + 1 : 0;
        }
    }

    /// Waits until the connection is closed.
    boolean awaitClosed(Duration patience) throws InterruptedException {
        return closed.await(Deadlines.nanos(patience), TimeUnit.NANOSECONDS);
    }
}
