package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/// Durations as texts, such as `1h30m` and `1.5s`, with Go's errors.
///
/// Source: Go `time`, `ParseDuration`.
final class GoDurations {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([^0-9.]*)");
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDurations() {}

    /// @throws RpcException with Go's text when it is no duration
    static Duration parse(String text) throws RpcException {
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
