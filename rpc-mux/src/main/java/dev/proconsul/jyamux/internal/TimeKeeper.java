package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionConfig;
import java.util.stream.Stream;

/// Does what is due: pings, the end of a silent or stalled session, the reset of streams that are overdue.
///
/// One sleeping thread for all of a session's deadlines. It wakes at the earliest of those it knows, and at the latest
/// after the shortest configured time: a deadline that was set while it slept cannot be earlier than that.
final class TimeKeeper {
    /// What the time keeper makes happen.
    interface Actions {
        void ping();

        void dead();

        void stalled();
    }

    private static final long OVER = Long.MIN_VALUE;

    private final Ticker ticker;
    private final KeepAlive keepAlive;
    private final Writer writer;
    private final StreamTable table;
    private final Actions actions;
    private final long stallTimeout;
    private final long shortest;

    TimeKeeper(SessionParts parts, KeepAlive keepAlive, Writer writer, Actions actions) {
        this.ticker = parts.ticker();
        this.keepAlive = keepAlive;
        this.writer = writer;
        this.table = parts.table();
        this.actions = actions;
        SessionConfig config = parts.config();
        this.stallTimeout = Deadlines.nanos(config.writeStallTimeout());
        this.shortest = Stream.of(config.writeStallTimeout(), config.openTimeout(), config.closeTimeout())
                .mapToLong(Deadlines::nanos)
                .min()
                .orElseThrow() / 2;
    }

    /// Runs until interrupted, or until it has ended the session: what was due then would be due for ever, and a thread
    /// that never waits could keep those from running who are to interrupt it.
    void run() throws InterruptedException {
        while (true) {
            long next = sweep(ticker.nanos());
            if (next == OVER) {
                return;
            }
            ticker.sleepUntil(Math.max(next, ticker.nanos() + 1));
        }
    }

    /// {@return when to sweep again, or [#OVER]}
    private long sweep(long now) {
        switch (keepAlive.judge(now)) {
            case WAIT -> { }
            case PING -> actions.ping();
            case DEAD -> {
                actions.dead();
                return OVER;
            }
        }
        long next = Math.min(keepAlive.next(now), now + shortest);
        long stall = writer.stalledAt(stallTimeout);
        if (now >= stall) {
            actions.stalled();
            return OVER;
        }
        next = Math.min(next, stall);
        for (YamuxStream stream : table.all()) {
            stream.tick(now);
            next = Math.min(next, stream.deadline());
        }
        return next;
    }
}
