package dev.proconsul.jyamux.internal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Points of a [Ticker]'s time, and waits up to them. A ticker's time starts at zero, so plain comparison is safe.
final class Deadlines {
    static final long NEVER = Long.MAX_VALUE;

    private Deadlines() {}

    /// {@return the nanoseconds of a limit, where zero means no limit}
    static long limitNanos(Duration limit) {
        return limit.isZero() ? NEVER : nanos(limit);
    }

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return NEVER;
        }
    }

    /// Parks the calling thread.
    ///
    /// @param nanos the longest wait, or [#NEVER]
    static void park(Object blocker, long nanos) {
        if (nanos == NEVER) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, nanos);
        }
    }
}
