package dev.proconsul.rpc.endpoints.internal.access;

import java.math.BigDecimal;
import java.time.Duration;

/// Durations as Go writes them.
///
/// Source: `Duration.String` of Go's package `time`.
final class GoDurations {
    private static final int MILLI = 6;
    private static final int MICRO = 3;
    private static final int UNIT = 9;

    private GoDurations() {}

    /// As `1h2m3.5s`, `20ms`, `0s`.
    static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = duration.toNanos();
            return nanos >= 1_000_000 ? decimal(nanos, MILLI) + "ms"
                    : nanos >= 1_000 ? decimal(nanos, MICRO) + "µs" : nanos + "ns";
        }
        var seconds = decimal(duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart(), UNIT) + "s";
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m" + seconds;
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + "m" + seconds : seconds;
    }

    private static String decimal(long nanos, int scale) {
        var number = BigDecimal.valueOf(nanos, scale).stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0).toPlainString() : number.toPlainString();
    }
}
