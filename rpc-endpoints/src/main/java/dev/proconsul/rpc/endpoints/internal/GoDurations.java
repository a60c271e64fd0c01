package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/// Durations as texts, such as `1h30m` and `1.5s`, with Go's errors.
///
/// Source: Go `time`, `ParseDuration`.
public final class GoDurations {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([^0-9.]*)");
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDurations() {}

    /// Reads a text.
    /// @param text as `1h30m`
    /// @return the duration
    /// @throws RpcException with Go's text when it is no duration
    public static Duration parse(String text) throws RpcException {
        boolean negative = text.startsWith("-");
        var rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        var nanos = BigDecimal.ZERO;
        var parts = PART.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            if (!parts.find(at) || parts.start() != at) {
                throw invalid(text);
            }
            nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2), text)));
            at = parts.end();
        }
        if (rest.isEmpty() || nanos.compareTo(MAX) > 0) {
            throw invalid(text);
        }
        return Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue());
    }

    /// Writes a duration as Go does.
    /// @param duration any
    /// @return as `1h2m3.5s`, `20ms`, `0s`
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = duration.toNanos();
            return nanos >= 1_000_000 ? decimal(nanos, 6) + "ms"
                    : nanos >= 1_000 ? decimal(nanos, 3) + "\u00b5s" : nanos + "ns";
        }
        var seconds = decimal(duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart(), 9) + "s";
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m" + seconds;
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + "m" + seconds : seconds;
    }

    private static String decimal(long nanos, int scale) {
        var number = BigDecimal.valueOf(nanos, scale).stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0).toPlainString() : number.toPlainString();
    }

    private static BigDecimal unit(String unit, String text) throws RpcException {
        return BigDecimal.valueOf(switch (unit) {
            case "ns" -> 1L;
            case "us", "\u00b5s", "\u03bcs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "" -> throw new RpcException("time: missing unit in duration \"" + text + "\"");
            default -> throw new RpcException("time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
        });
    }

    private static RpcException invalid(String text) {
        return new RpcException("time: invalid duration \"" + text + "\"");
    }
}
