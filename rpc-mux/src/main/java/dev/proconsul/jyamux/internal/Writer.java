package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes round after round of the [Outbox] to the connection, until the session is over. The only thread that writes.
final class Writer implements Runnable {
    private static final long IDLE = Long.MIN_VALUE;

    private final Wire wire;
    private final SessionParts parts;
    private final Consumer<IOException> onFailure;
    private final @Nullable FrameDecoder tracing;
    private volatile long writingSince = IDLE;

    Writer(Wire wire, SessionParts parts, Consumer<IOException> onFailure) {
        this.wire = wire;
        this.parts = parts;
        this.onFailure = onFailure;
        SessionObserver observer = parts.config().observer();
        this.tracing = observer.tracesFrames() ? new FrameDecoder(Tracing.sent(observer)) : null;
    }

    @Override
    public void run() {
        Outbox outbox = parts.outbox();
        Counters counters = parts.counters();
        SessionObserver observer = parts.config().observer();
        try {
            ByteBuffer round = outbox.next();
            while (round != null) {
                int bytes = round.remaining();
                trace(round);
                write(round);
                int frames = outbox.framesTaken();
                counters.framesSent.add(frames);
                counters.bytesSent.add(bytes);
                counters.writes.increment();
                observer.written(frames, bytes);
                round = outbox.next();
            }
        } catch (IOException e) {
            outbox.stop();
            outbox.next(); // gives back the buffer
            onFailure.accept(e);
        }
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
