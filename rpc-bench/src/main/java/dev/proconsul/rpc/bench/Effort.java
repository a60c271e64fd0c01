package dev.proconsul.rpc.bench;

import java.time.Duration;

/// How long a scenario takes.
///
/// @param warmUp   of a contender on the JVM before the first round; its compiler needs it
/// @param patience how much longer, as long as its compiler is at work
/// @param settling of the others
/// @param round    of one contender
/// @param rounds   of each contender
/// @param streams  idle ones
/// @param sessions idle ones
record Effort(Duration warmUp, Duration patience, Duration settling, Duration round, int rounds, int streams,
        int sessions) {
    /// The compiler goes on improving the multiplexer for ten to thirty seconds of load, and takes a fifth of two
    /// processors meanwhile.
    static final Effort FULL = new Effort(
            Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofMillis(1_500), 5,
            100_000, 1_000);

    /// {@return an effort that takes one contender so long, three rounds included}
    static Effort within(Duration turn) {
        return new Effort(turn.multipliedBy(2).dividedBy(5), Duration.ZERO, turn.dividedBy(10), turn.dividedBy(5), 3,
                3_000, 100);
    }
}
