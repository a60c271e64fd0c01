package dev.proconsul.rpc.client.internal.serf;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before an agent that was away is tried anew: doubled at each failure, up to a limit, and of that a
/// random part of at least half, so that not all servers of a machine come at once.
///
/// Threads: one.
final class Pauses {
    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private Duration next = FIRST;

    Pauses(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long half = next.toNanos() / 2;
        var doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return Duration.ofNanos(half + random.nextLong(half));
    }

    /// Starts from the first again: the agent was there.
    void reset() {
        next = FIRST;
    }
}
