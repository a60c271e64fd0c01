package dev.proconsul.rpc.bench;

import java.time.Duration;

/// How long everything takes.
///
/// @param warmUp   of a contender on the JVM before the first round of a scenario; its compiler needs it
/// @param settling of the others
/// @param round    of one contender
/// @param rounds   of each contender
/// @param streams  idle ones
/// @param sessions idle ones
record Effort(Duration warmUp, Duration settling, Duration round, int rounds, int streams, int sessions) {
    private static final int FEW = 3;
    private static final Effort FULL = of(5_000, 1_000, 1_500, 5);
    private static final Effort QUICK_FEW = of(2_500, 500, 700, 5);
    private static final Effort QUICK = of(800, 200, 300, 3);

    private static Effort of(long warmUp, long settling, long round, int rounds) {
        return new Effort(
                Duration.ofMillis(warmUp), Duration.ofMillis(settling), Duration.ofMillis(round), rounds, 100_000, 1_000);
    }

    /// {@return the effort for so many scenarios; a quick run stays below a minute}
    static Effort of(boolean quick, int scenarios) {
        if (quick) {
            return scenarios <= FEW ? QUICK_FEW : QUICK;
        }
        return FULL;
    }
}
