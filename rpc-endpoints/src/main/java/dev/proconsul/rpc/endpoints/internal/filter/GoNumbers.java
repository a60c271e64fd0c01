package dev.proconsul.rpc.endpoints.internal.filter;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;

/// Numbers and truth values as Go reads them, with Go's errors.
///
/// Source: Go `strconv`.
final class GoNumbers {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private GoNumbers() {}

    /// @throws NumberFormatException with Go's text
    static long parseInt(String text) {
        try {
            return parsed(text).longValueExact();
        } catch (ArithmeticException e) {
            throw error("ParseInt", text, "value out of range");
        }
    }

    /// @throws NumberFormatException with Go's text
    static boolean parseBool(String text) {
        if (TRUE.contains(text)) {
            return true;
        }
        if (FALSE.contains(text)) {
            return false;
        }
        throw error("ParseBool", text, "invalid syntax");
    }

    /// With a base of its own, as `0x1f`, and underscores where it has one.
    private static BigInteger parsed(String text) {
        boolean negative = text.startsWith("-");
        var digits = (negative || text.startsWith("+") ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        int base = 10;
        if (digits.length() > 1 && digits.startsWith("0")) {
            base = switch (digits.charAt(1)) {
                case 'x' -> 16;
                case 'b' -> 2;
                default -> 8;
            };
            digits = digits.substring(Character.isDigit(digits.charAt(1)) ? 1 : 2).replace("_", "");
        }
        if (digits.isEmpty() || digits.startsWith("-") || digits.startsWith("+")) {
            throw error("ParseInt", text, "invalid syntax");
        }
        try {
            var magnitude = new BigInteger(digits, base);
            return negative ? magnitude.negate() : magnitude;
        } catch (NumberFormatException e) {
            throw error("ParseInt", text, "invalid syntax");
        }
    }

    private static NumberFormatException error(String function, String text, String problem) {
        return new NumberFormatException("strconv." + function + ": parsing \"" + text + "\": " + problem);
    }
}
