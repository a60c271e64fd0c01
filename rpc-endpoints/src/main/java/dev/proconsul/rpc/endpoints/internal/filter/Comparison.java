package dev.proconsul.rpc.endpoints.internal.filter;

import dev.proconsul.rpc.endpoints.internal.filter.Expression.Match;
import dev.proconsul.rpc.endpoints.internal.filter.Expression.Operator;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;

/// The end of a selector: one value against what the filter says.
///
/// | field | operators |
/// |---|---|
/// | text | `==`, `in` (part of the text), `matches`, and their opposites |
/// | number, bool | `==`, `!=` |
/// | list of texts, map | `in`, `is empty`, and their opposites |
/// | list of structs | `is empty`, `is not empty` |
final class Comparison {
    private Comparison() {}

    static Predicate<Object> of(Kind kind, Match match) throws FilterException {
        var value = match.value() == null ? "" : match.value();
        Predicate<Object> positive = switch (kind) {
            case Kind.Simple simple -> simple(simple, match, value);
            case Kind.Texts _ -> switch (match.operator()) {
                case IN, NOT_IN -> list -> list instanceof Collection<?> items && items.contains(value);
                case IS_EMPTY, IS_NOT_EMPTY -> list -> list instanceof Collection<?> items && !items.isEmpty();
                case EQUAL, NOT_EQUAL, MATCHES, NOT_MATCHES -> throw invalid(match);
            };
            case Kind.MapOf _ -> switch (match.operator()) {
                case IN, NOT_IN -> map -> map instanceof Map<?, ?> entries && entries.containsKey(value);
                case IS_EMPTY, IS_NOT_EMPTY -> map -> map instanceof Map<?, ?> entries && !entries.isEmpty();
                case EQUAL, NOT_EQUAL, MATCHES, NOT_MATCHES -> throw invalid(match);
            };
            case Kind.Structs _ -> {
                if (match.operator() != Operator.IS_EMPTY && match.operator() != Operator.IS_NOT_EMPTY) {
                    throw invalid(match);
                }
                yield list -> list instanceof Collection<?> items && !items.isEmpty();
            }
            case Kind.Struct _ -> throw invalid(match);
        };
        return match.operator().isNegative() ? positive.negate() : positive;
    }

    private static Predicate<Object> simple(Kind.Simple kind, Match match, String value) throws FilterException {
        return switch (match.operator()) {
            case EQUAL, NOT_EQUAL -> coerced(kind, match, value)::equals;
            case IN, NOT_IN -> {
                requireText(kind, match);
                yield text -> text instanceof String string && string.contains(value);
            }
            case MATCHES, NOT_MATCHES -> {
                requireText(kind, match);
                var pattern = Regex.of(value);
                yield text -> text instanceof String string && pattern.finds(string);
            }
            case IS_EMPTY, IS_NOT_EMPTY -> throw invalid(match);
        };
    }

    private static void requireText(Kind.Simple kind, Match match) throws FilterException {
        if (kind != Kind.Simple.TEXT) {
            throw invalid(match);
        }
    }

    private static Object coerced(Kind.Simple kind, Match match, String value) throws FilterException {
        try {
            return switch (kind) {
                case TEXT -> value;
                case INTEGER -> GoNumbers.parseInt(value);
                case BOOL -> GoNumbers.parseBool(value);
            };
        } catch (NumberFormatException e) {
            throw new FilterException("Failed to coerce value \"" + value + "\" for selector \"" + match.selectorText()
                    + "\": " + e.getMessage());
        }
    }

    private static FilterException invalid(Match match) {
        return new FilterException("Invalid match operator \"" + match.operator() + "\" for selector \""
                + match.selectorText() + "\"");
    }
}
