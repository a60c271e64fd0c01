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
/// @param streams      whether a stream of events is used where client and server have one, instead of a blocking query.
///                     Default yes
/// @param linger       how long a stream that no watch uses any more is kept for the next one who wants the same, zero to
///                     one hour. Default zero: closing the last watch frees everything. Consul's agents keep it for 20
///                     min
public record WatchOptions(
        Duration patience,
        Duration pace,
        Duration firstPause,
        Duration longestPause,
        boolean streams,
        Duration linger) {
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PACE = Duration.ofMinutes(1);
    private static final Duration LONGEST_LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration LONGEST_LINGER = Duration.ofHours(1);

    /// What is said above.
    public static final WatchOptions DEFAULT = new WatchOptions(
            Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofSeconds(60),
            true, Duration.ZERO);

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
        check(!linger.isNegative() && linger.compareTo(LONGEST_LINGER) <= 0, "linger", linger, "zero to one hour");
    }

    private static void check(boolean inRange, String name, Duration value, String range) {
        if (!inRange) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be " + range);
        }
    }

    /// {@return these options with another waiting time}
    /// @param newPatience more than zero, at most ten minutes
    public WatchOptions withPatience(Duration newPatience) {
        return new WatchOptions(newPatience, pace, firstPause, longestPause, streams, linger);
    }

    /// {@return these options with another pace}
    /// @param newPace zero to one minute
    public WatchOptions withPace(Duration newPace) {
        return new WatchOptions(patience, newPace, firstPause, longestPause, streams, linger);
    }

    /// {@return these options with other pauses after failures}
    /// @param newFirstPause   more than zero, at most the other
    /// @param newLongestPause at most one hour
    public WatchOptions withPauses(Duration newFirstPause, Duration newLongestPause) {
        return new WatchOptions(patience, pace, newFirstPause, newLongestPause, streams, linger);
    }

    /// {@return these options with or without streams}
    /// @param newStreams whether a stream is used where there is one
    public WatchOptions withStreams(boolean newStreams) {
        return new WatchOptions(patience, pace, firstPause, longestPause, newStreams, linger);
    }

    /// {@return these options with another time for which streams are kept that no watch uses any more}
    /// @param newLinger zero to one hour
    public WatchOptions withLinger(Duration newLinger) {
        return new WatchOptions(patience, pace, firstPause, longestPause, streams, newLinger);
    }
}
