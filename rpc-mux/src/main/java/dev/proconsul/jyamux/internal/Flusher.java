package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes what is in the [Outbox] to the connection. At most one of its threads runs at a time, and none while there is
/// nothing to write.
///
/// When the last inbound batch woke several streams, the first round waits for one turn of the scheduler, so that the
/// other woken handlers can add their answers to it. A lone frame leaves at once.
final class Flusher implements Runnable {
    private static final int PIECE = 131_072;
    private static final long IDLE = Long.MIN_VALUE;

    private final OutputStream out;
    private final Outbox outbox;
    private final Ticker ticker;
    private final Counters counters;
    private final SessionObserver observer;
    private final Consumer<IOException> onFailure;
    private volatile long writingSince = IDLE;
    private volatile boolean company;

    Flusher(OutputStream out, SessionParts parts, Consumer<IOException> onFailure) {
        this.out = out;
        this.outbox = parts.outbox();
        this.ticker = parts.ticker();
        this.counters = parts.counters();
        this.observer = parts.config().observer();
        this.onFailure = onFailure;
    }

    /// Tells whether several streams were woken together and may all have something to say.
    void expectCompany(boolean several) {
        company = several;
    }

    @Override
    public void run() {
        if (company) {
            company = false;
            Thread.yield();
        }
        Outbox.@Nullable Round round = outbox.next(null);
        while (round != null) {
            try {
                write(round);
            } catch (IOException e) {
                outbox.failed(round);
                onFailure.accept(e);
                return;
            }
            counters.framesSent.add(round.frames());
            counters.bytesSent.add(round.length());
            observer.written(round.frames(), round.length());
            round = outbox.next(round);
        }
    }

    private void write(Outbox.Round round) throws IOException {
        try {
            for (int at = 0; at < round.length(); at += PIECE) {
                writingSince = ticker.nanos(); // every piece that got through is progress
                out.write(round.bytes(), at, Math.min(PIECE, round.length() - at));
            }
            out.flush();
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
