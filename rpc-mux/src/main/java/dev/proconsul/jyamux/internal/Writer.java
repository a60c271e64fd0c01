package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes round after round of the [Outbox] to the connection, until the session is over.
///
/// Threads: [#run] is that of the session's writer. [#offer] is for callers who have put something in, and writes as
/// much as goes out without waiting; the outbox sees to it that only one of all these is at it.
final class Writer implements Runnable {
    private static final long IDLE = Long.MIN_VALUE;
    /// So many bytes written by callers, and the last of them lets others run.
    private static final int LONG_TURN = 262_144;

    private final Wire wire;
    private final SessionParts parts;
    private final Consumer<Throwable> onFailure;
    private final @Nullable FrameDecoder tracing;
    private volatile long writingSince = IDLE;
    private int turn; // of callers; whose duty it is to write

    Writer(Wire wire, SessionParts parts, Consumer<Throwable> onFailure) {
        this.wire = wire;
        this.parts = parts;
        this.onFailure = onFailure;
        SessionObserver observer = parts.config().observer();
        this.tracing = observer.tracesFrames() ? new FrameDecoder(Tracing.sent(observer)) : null;
    }

    @Override
    public void run() {
        Outbox outbox = parts.outbox();
        try {
            ByteBuffer round = outbox.next();
            while (round != null) {
                trace(round);
                write(round);
                written();
                round = outbox.next();
            }
        } catch (IOException | RuntimeException | Error e) {
            outbox.stop();
            outbox.next(); // gives back the buffer
            onFailure.accept(e);
        }
    }

    /// Writes what callers have put in, unless somebody is at it. If other streams are open, virtual threads that can
    /// run go first: their frames leave with the same write. What does not go out at once is left to the writer's
    /// thread, and so is what has come in meanwhile.
    void offer() {
        Outbox outbox = parts.outbox();
        if (!outbox.claim(parts.table().size())) {
            return;
        }
        boolean yield = false;
        try {
            if (outbox.duty().isPatient()) {
                Thread.yield();
            }
            ByteBuffer round = outbox.nextForCaller();
            if (round != null) {
                yield = isLongTurn(round.remaining());
                offer(round);
            }
        } catch (IOException | RuntimeException | Error e) { // the session's affair, not the caller's
            outbox.stop();
            onFailure.accept(e);
        } finally {
            outbox.callerDone();
        }
        if (yield) {
            Thread.yield();
        }
    }

    private void offer(ByteBuffer round) throws IOException {
        wire.offer(round);
        if (!round.hasRemaining()) {
            written();
        }
    }

    /// Nobody takes the processor from a virtual thread that never waits, and a socket that keeps its pace never makes
    /// a caller wait.
    private boolean isLongTurn(int bytes) {
        turn += bytes;
        boolean over = turn >= LONG_TURN;
        if (over) {
            turn = 0;
        }
        return over;
    }

    private void written() {
        int frames = parts.outbox().duty().frames();
        int bytes = parts.outbox().duty().bytes();
        Counters counters = parts.counters();
        counters.framesSent.add(frames);
        counters.bytesSent.add(bytes);
        counters.writes.increment();
        parts.config().observer().written(frames, bytes);
    }

    private void trace(ByteBuffer round) throws IOException {
        if (tracing != null) {
            tracing.feed(round.duplicate());
        }
    }

    private void write(ByteBuffer round) throws IOException {
        Ticker ticker = parts.ticker();
        try {
            while (round.hasRemaining()) {
                writingSince = ticker.nanos(); // every piece that got through is progress
                wire.write(round);
            }
            wire.flush();
        } finally {
            writingSince = IDLE;
        }
    }

    /// {@return when the present write will have stood still for that long, or [Deadlines#NEVER] if none is under way}
    long stalledAt(long timeoutNanos) {
        long since = writingSince;
        return since == IDLE ? Deadlines.NEVER : since + timeoutNanos;
    }
}
