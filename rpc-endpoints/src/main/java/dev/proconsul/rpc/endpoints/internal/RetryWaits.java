package dev.proconsul.rpc.endpoints.internal;

import java.time.Duration;
import java.util.function.LongUnaryOperator;

/// How long to wait before each attempt of a call: longer each time, up to a bound that doubles. For one thread.
///
/// Source: Consul `lib/retry`, as used in `agent/consul/rpc.go`.
final class RetryWaits {
    private static final long JITTER_FRACTION = 16;

    private final LongUnaryOperator random;
    private long boundNanos;
    private long waitNanos;

    /// @param holdTimeout how long attempts are made at all
    /// @param random      gives a number from 0 to below its argument
    RetryWaits(Duration holdTimeout, LongUnaryOperator random) {
        this.random = random;
        boundNanos = Math.max(1, holdTimeout.toMillis() / JITTER_FRACTION) * 1_000_000;
    }

    Duration next() {
        long room = boundNanos - waitNanos;
        waitNanos += room > 0 ? random.applyAsLong(room) : 0;
        boundNanos = Math.min(boundNanos * 2, Long.MAX_VALUE / 4);
        return Duration.ofNanos(waitNanos);
    }
}
