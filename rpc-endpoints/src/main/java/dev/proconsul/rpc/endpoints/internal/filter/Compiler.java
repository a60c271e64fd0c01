package dev.proconsul.rpc.endpoints.internal.filter;

import dev.proconsul.rpc.endpoints.internal.filter.Expression.Match;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes tests of expressions: finds the fields that selectors lead to, and reads the values as the fields want them.
///
/// A selector that leads through a list of structs holds if it holds for any of them. Where it leads to nothing, a
/// negative operator holds and a positive one does not.
///
/// Source: go-bexpr `validate.go`, `evaluate.go`.
final class Compiler {
    private Compiler() {}

    static Predicate<Object> compile(Expression expression, RowType<?> type) throws FilterException {
        return switch (expression) {
            case Expression.And(var left, var right) -> compile(left, type).and(compile(right, type));
            case Expression.Or(var left, var right) -> compile(left, type).or(compile(right, type));
            case Expression.Not(var operand) -> compile(operand, type).negate();
            case Match match -> {
                var path = step(new Kind.Struct(type), match, 0);
                yield path::holds;
            }
        };
    }

    /// A part of a way from a row to a value.
    private interface Path {
        boolean holds(@Nullable Object from);
    }

    private static Path step(Kind kind, Match match, int at) throws FilterException {
        if (at == match.selector().size()) {
            var test = Comparison.of(kind, match);
            return value -> value == null ? match.operator().isNegative() : test.test(value);
        }
        var name = match.selector().get(at);
        return switch (kind) {
            case Kind.Struct(RowType<?> type) -> field(type, name, match, at);
            case Kind.Structs(RowType<?> element) -> {
                var rest = field(element, name, match, at);
                yield list -> list instanceof List<?> items && items.stream().anyMatch(rest::holds);
            }
            case Kind.MapOf(Kind value) -> {
                var rest = step(value, match, at + 1);
                yield map -> rest.holds(map instanceof Map<?, ?> entries ? entries.get(name) : null);
            }
            case Kind.Simple _, Kind.Texts _ -> throw invalid(match);
        };
    }

    private static Path field(RowType<?> type, String name, Match match, int at) throws FilterException {
        var field = type.field(name);
        if (field == null) {
            throw invalid(match);
        }
        var rest = step(field.kind(), match, at + 1);
        return struct -> struct == null ? match.operator().isNegative() : rest.holds(field.get().apply(struct));
    }

    private static FilterException invalid(Match match) {
        return new FilterException("Selector \"" + match.selectorText() + "\" is not valid");
    }
}
