package dev.proconsul.rpc.server.internal.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as Consul writes them: `5s`, `1m30s`, `250ms`.
final class Durations {
    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("([0-9.]+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h",
            3_600_000_000_000L);

    private Durations() {}

    /// {@return the duration; empty when the text is none}
    static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        var nanos = BigDecimal.ZERO;
        for (var part = PART.matcher(text); part.find(); ) {
            long unit = NANOS.getOrDefault(part.group(2), 0L);
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        return nanos.toBigInteger().bitLength() < Long.SIZE
                ? Optional.of(Duration.ofNanos(nanos.longValue())) : Optional.empty();
    }
}
