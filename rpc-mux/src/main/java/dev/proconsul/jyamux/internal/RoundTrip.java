package dev.proconsul.jyamux.internal;

/// The distance to the peer: the shortest round trip of the last while. The shortest, because a ping may wait behind
/// data on its way, and what waits is not distance; of the last while, because routes change.
///
/// Threads: any.
final class RoundTrip {
    static final long UNKNOWN = 0;
    /// How old a measurement may be before another is wanted, while data flows.
    private static final long FRESH = 10_000_000_000L;

    private long current;
    private long previous;
    private long periodEnd;
    private volatile long shortest = UNKNOWN;
    private volatile long measuredAt = Long.MIN_VALUE;

    /// Takes a measurement of so many nanoseconds.
    synchronized void measured(long nanos, long now) {
        long positive = Math.max(1, nanos);
        if (now >= periodEnd) {
            previous = current;
            current = positive;
            periodEnd = now + 3 * FRESH;
        } else {
            current = Math.min(current, positive);
        }
        shortest = previous == UNKNOWN ? current : Math.min(previous, current);
        measuredAt = now;
    }

    /// {@return nanoseconds, [#UNKNOWN] before the first measurement}
    long nanos() {
        return shortest;
    }

    boolean isStale(long now) {
        return shortest == UNKNOWN || now - measuredAt > FRESH;
    }
}
