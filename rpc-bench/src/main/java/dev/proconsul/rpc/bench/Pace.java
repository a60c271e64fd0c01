package dev.proconsul.rpc.bench;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Shares out the time of a run. A quick one has an end: what is left until then is shared by the turns that are left,
/// so that a machine which is slow to start programs gets shorter rounds instead of a longer run. A turn is one
/// contender in one scenario.
final class Pace {
    private static final Duration QUICK = Duration.ofSeconds(24);
    private static final Duration LATE = Duration.ofSeconds(42);
    private static final Duration SHORTEST_TURN = Duration.ofMillis(300);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(6);
    private static final Duration SPARE_QUICK = Duration.ofSeconds(2);
    private static final Duration SPARE_FULL = Duration.ofSeconds(40);

    private final boolean quick;
    private final LongSupplier nanos;
    private final long start;
    private long turns;
    private Duration spare;

    /// @param quick whether to be done within a minute
    /// @param turns in the whole run
    /// @param nanos tells the time; it begins now
    Pace(boolean quick, long turns, LongSupplier nanos) {
        this.quick = quick;
        this.turns = turns;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.spare = quick ? SPARE_QUICK : SPARE_FULL;
    }

    /// {@return the effort for the next scenario}
    /// @param turns that it has
    Effort next(long turns) {
        if (!quick) {
            return Effort.FULL;
        }
        var left = QUICK.minus(passed()).dividedBy(Math.max(1, this.turns));
        this.turns -= turns;
        return Effort.within(left.compareTo(SHORTEST_TURN) < 0 ? SHORTEST_TURN
                : left.compareTo(LONGEST_TURN) > 0 ? LONGEST_TURN : left);
    }

    /// {@return whether no scenario should be begun any more: other programs have left this one hardly any time}
    boolean isLate() {
        return quick && passed().compareTo(LATE) > 0;
    }

    private Duration passed() {
        return Duration.ofNanos(nanos.getAsLong() - start);
    }

    /// {@return whether there is time to repeat a round; it is then taken}
    boolean spare(Duration round) {
        if (spare.compareTo(round) < 0) {
            return false;
        }
        spare = spare.minus(round);
        return true;
    }
}
