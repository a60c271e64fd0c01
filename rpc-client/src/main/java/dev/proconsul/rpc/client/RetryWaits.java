package dev.proconsul.rpc.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before each further attempt of one call: longer each time, and at random, but never shorter than
/// before. For one thread.
///
/// The first wait is below a sixteenth of the hold time (in whole milliseconds, at least one), and each further bound is
/// twice the one before: 437, 874, 1748, 3496, 6992 ms for 7 s.
///
/// Source: Consul `lib/retry`, `agent/consul/rpc.go`.
public final class RetryWaits {
    private static final int JITTER_FRACTION = 16;
    private static final int MOST_DOUBLINGS = 30;

    private final long baseMillis;
    private final RandomGenerator random;
    private int attempt;
    private long last;

    /// Makes the waits of one call.
    /// @param holdTime how long the call may be repeated
    /// @param random   chooses
    public RetryWaits(Duration holdTime, RandomGenerator random) {
        this.baseMillis = Math.max(1, holdTime.toMillis() / JITTER_FRACTION);
        this.random = random;
    }

    /// {@return the next wait}
    public Duration next() {
        long bound = Duration.ofMillis(baseMillis << Math.min(attempt++, MOST_DOUBLINGS)).toNanos();
        last += bound > last ? random.nextLong(bound - last) : 0;
        return Duration.ofNanos(last);
    }
}
