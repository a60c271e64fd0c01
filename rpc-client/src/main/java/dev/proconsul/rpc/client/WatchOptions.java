package dev.proconsul.rpc.client;

import java.time.Duration;

/// How watches ask. Immutable; every component is checked.
///
/// @param patience     how long the server may keep a question waiting for a change, more than zero, at most ten
///                     minutes. Default 5 min. Source: Consul `default_query_time`
/// @param pace         time between the beginnings of two questions of a watch at least, zero to one minute: bounds the
///                     work that a rapidly changing value makes; what it skips is not missed, since a watch is about
///                     the latest value. Default 10 ms
/// @param firstPause   before the second attempt after a failure (the first is made at once), and doubled for each
///                     further one; up to as much is added by chance. More than zero, at most `longestPause`. Default
///                     200 ms
/// @param longestPause where doubling ends, at most one hour. Default 60 s, so that at most 120 s pass
public record WatchOptions(Duration patience, Duration pace, Duration firstPause, Duration longestPause) {
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PACE = Duration.ofMinutes(1);
    private static final Duration LONGEST_LONGEST_PAUSE = Duration.ofHours(1);

    /// What is said above.
    public static final WatchOptions DEFAULT = new WatchOptions(
            Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofSeconds(60));

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public WatchOptions {
        check(patience.isPositive() && patience.compareTo(LONGEST_PATIENCE) <= 0, "patience",
                patience, "more than zero, at most 10 minutes");
        check(!pace.isNegative() && pace.compareTo(LONGEST_PACE) <= 0, "pace", pace, "zero to one minute");
        check(longestPause.isPositive() && longestPause.compareTo(LONGEST_LONGEST_PAUSE) <= 0, "longestPause",
                longestPause, "more than zero, at most one hour");
        check(firstPause.isPositive() && firstPause.compareTo(longestPause) <= 0, "firstPause", firstPause,
                "more than zero, at most longestPause");
    }

    private static void check(boolean inRange, String name, Duration value, String range) {
        if (!inRange) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be " + range);
        }
    }

    /// {@return these options with another waiting time}
    /// @param newPatience more than zero, at most ten minutes
    public WatchOptions withPatience(Duration newPatience) {
        return new WatchOptions(newPatience, pace, firstPause, longestPause);
    }

    /// {@return these options with another pace}
    /// @param newPace zero to one minute
    public WatchOptions withPace(Duration newPace) {
        return new WatchOptions(patience, newPace, firstPause, longestPause);
    }

    /// {@return these options with other pauses after failures}
    /// @param newFirstPause   more than zero, at most the other
    /// @param newLongestPause at most one hour
    public WatchOptions withPauses(Duration newFirstPause, Duration newLongestPause) {
        return new WatchOptions(patience, pace, newFirstPause, newLongestPause);
    }
}
