package dev.proconsul.rpc.structs.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Go's duration texts, such as `1h30m`, `-1.5s` or `300ms`. Source: `ParseDuration` of Go's package `time`.
final class GoDuration {
    private static final Pattern TERM = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    /// The nanoseconds of a text, or nothing if it is no duration or does not fit 64 bits.
    static Optional<Long> nanos(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String terms = signed ? text.substring(1) : text;
        if (terms.equals("0")) {
            return Optional.of(0L);
        }
        BigInteger sum = BigInteger.ZERO;
        Matcher term = TERM.matcher(terms);
        int at = 0;
        while (term.lookingAt()) {
            BigDecimal unit = BigDecimal.valueOf(nanosOf(term.group(2)));
            sum = sum.add(new BigDecimal(term.group(1)).multiply(unit).setScale(0, RoundingMode.DOWN).toBigInteger());
            at = term.end();
            term.region(at, terms.length());
        }
        if (at == 0 || at < terms.length()) {
            return Optional.empty();
        }
        BigInteger nanos = text.startsWith("-") ? sum.negate() : sum;
        return nanos.bitLength() < Long.SIZE ? Optional.of(nanos.longValue()) : Optional.empty();
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "h" -> 3_600_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "s" -> 1_000_000_000L;
            case "ms" -> 1_000_000L;
            case "ns" -> 1L;
            default -> 1_000L; // microseconds, with either Greek letter or u
        };
    }
}
