package dev.proconsul.rpc.server.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Lets a few log lines pass in each minute and counts the others, so that a peer that misbehaves at line rate cannot
/// fill a disk. Any thread.
public final class LogLimit {
    static final int LINES_PER_MINUTE = 10;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final int linesPerMinute;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();

    // Guarded by lock.
    private long minuteBegan;
    private int lines;
    private final AtomicLong dropped = new AtomicLong();

    /// Makes a limit of [#LINES_PER_MINUTE].
    /// @param nanoTime the clock
    public LogLimit(LongSupplier nanoTime) {
        this(LINES_PER_MINUTE, nanoTime);
    }

    /// @param linesPerMinute how many lines pass in a minute, 1 or more
    LogLimit(int linesPerMinute, LongSupplier nanoTime) {
        this.linesPerMinute = linesPerMinute;
        this.nanoTime = nanoTime;
        this.minuteBegan = nanoTime.getAsLong();
    }

    /// {@return whether the caller may write a line now}
    public boolean pass() {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            if (now - minuteBegan >= MINUTE) {
                minuteBegan = now;
                lines = 0;
            }
            if (lines < linesPerMinute) {
                lines++;
                return true;
            }
        }
        dropped.incrementAndGet();
        return false;
    }

    /// {@return text for the end of the next line: how many lines were left out since the last one; often empty}
    public String omitted() {
        long count = dropped.getAndSet(0);
        return count == 0 ? "" : " (" + count + " lines like this left out)";
    }
}
