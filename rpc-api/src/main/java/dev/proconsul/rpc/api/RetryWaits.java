package dev.proconsul.rpc.api;

import java.time.Duration;
import java.util.function.LongUnaryOperator;

/// How long to wait before each further attempt of one call: longer each time, and at random, but never shorter than
/// before. Clients and servers wait alike. For one thread.
///
/// The first wait is below a sixteenth of the hold time (in whole milliseconds, at least one), and each further bound is
/// twice the one before: 437, 874, 1748, 3496, 6992 ms for 7 s.
///
/// Source: Consul `lib/retry`, as used in `agent/consul/rpc.go`.
public final class RetryWaits {
    private static final long JITTER_FRACTION = 16;

    private final LongUnaryOperator random;
    private long boundNanos;
    private long waitNanos;

    /// Makes the waits of one call.
    /// @param holdTime how long attempts are made at all
    /// @param random   gives a number from 0 to below its argument
    public RetryWaits(Duration holdTime, LongUnaryOperator random) {
        this.random = random;
        boundNanos = Math.max(1, holdTime.toMillis() / JITTER_FRACTION) * 1_000_000;
    }

    /// {@return the next wait}
    public Duration next() {
        long room = boundNanos - waitNanos;
        waitNanos += room > 0 ? random.applyAsLong(room) : 0;
        boundNanos = Math.min(boundNanos * 2, Long.MAX_VALUE / 4);
        return Duration.ofNanos(waitNanos);
    }
}
