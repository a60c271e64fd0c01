package dev.proconsul.rpc.endpoints.internal.filter;

import dev.proconsul.rpc.endpoints.internal.filter.Expression.Match;
import dev.proconsul.rpc.endpoints.internal.filter.Expression.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads filters.
///
/// Alternatives are tried in order, and the first that fits is taken, as the parser does that go-bexpr was generated
/// from. A method that reads nothing gives null and stays where it is. Depth is limited, so that brackets cannot fill
/// the stack.
///
/// Source: go-bexpr `grammar/grammar.peg`.
final class Parser {
    /// Brackets and negations within each other.
    private static final int MAX_DEPTH = 200;
    /// Comparisons in a row; each is one frame deeper.
    private static final int MAX_TERMS = 1_000;

    private final Scanner in;
    private int depth;
    private int terms;

    private Parser(String text) {
        in = new Scanner(text);
    }

    static Expression parse(String text) throws FilterException {
        return new Parser(text).whole();
    }

    private Expression whole() throws FilterException {
        in.blanks();
        var expression = or();
        if (expression != null) {
            in.blanks();
            if (in.atEnd()) {
                return expression;
            }
        }
        throw in.noMatch();
    }

    private @Nullable Expression or() throws FilterException {
        var left = and();
        if (left == null) {
            return null;
        }
        int start = in.position();
        if (in.blanks() && in.literal("or") && in.blanks()) {
            var right = or();
            if (right != null) {
                return new Expression.Or(left, right);
            }
        }
        in.back(start);
        return left;
    }

    private @Nullable Expression and() throws FilterException {
        var left = not();
        if (left == null) {
            return null;
        }
        if (++terms > MAX_TERMS) {
            throw in.wrong("expression", "more than " + MAX_TERMS + " comparisons");
        }
        int start = in.position();
        if (in.blanks() && in.literal("and") && in.blanks()) {
            var right = and();
            if (right != null) {
                return new Expression.And(left, right);
            }
        }
        in.back(start);
        return left;
    }

    private @Nullable Expression not() throws FilterException {
        if (++depth > MAX_DEPTH) {
            throw in.wrong("expression", "nested more than " + MAX_DEPTH + " deep");
        }
        try {
            int start = in.position();
            if (in.literal("not") && in.blanks()) {
                var operand = not();
                if (operand != null) {
                    return operand instanceof Expression.Not(Expression twice) ? twice : new Expression.Not(operand);
                }
            }
            in.back(start);
            return grouping();
        } finally {
            depth--;
        }
    }

    private @Nullable Expression grouping() throws FilterException {
        int start = in.position();
        if (in.literal("(")) {
            in.blanks();
            var inner = or();
            if (inner != null) {
                in.blanks();
                if (in.literal(")")) {
                    return inner;
                }
                throw in.wrong("grouping", "Unmatched parentheses");
            }
        }
        in.back(start);
        return match();
    }

    private @Nullable Expression match() throws FilterException {
        int start = in.position();
        var selector = selector();
        if (selector != null) {
            int after = in.position();
            var operator = comparison();
            var value = operator == null ? null : value();
            if (operator != null && value != null) {
                return new Match(selector, operator, value);
            }
            in.back(after);
            var emptiness = emptiness();
            if (emptiness != null) {
                return new Match(selector, emptiness, null);
            }
        }
        in.back(start);
        var value = value();
        var operator = value == null ? null : membership();
        if (operator != null) {
            var container = selector();
            if (container == null) {
                throw in.wrong("match", "Invalid selector");
            }
            return new Match(container, operator, value);
        }
        in.back(start);
        return null;
    }

    private @Nullable Operator comparison() {
        if (symbol("==")) {
            return Operator.EQUAL;
        } else if (symbol("!=")) {
            return Operator.NOT_EQUAL;
        } else if (words("contains")) {
            return Operator.IN;
        } else if (words("not", "contains")) {
            return Operator.NOT_IN;
        } else if (words("matches")) {
            return Operator.MATCHES;
        }
        return words("not", "matches") ? Operator.NOT_MATCHES : null;
    }

    private @Nullable Operator emptiness() {
        int start = in.position();
        if (in.blanks() && in.literal("is") && in.blanks() && in.literal("empty")) {
            return Operator.IS_EMPTY;
        }
        in.back(start);
        if (in.blanks() && in.literal("is") && in.blanks() && in.literal("not") && in.blanks()
                && in.literal("empty")) {
            return Operator.IS_NOT_EMPTY;
        }
        in.back(start);
        return null;
    }

    private @Nullable Operator membership() {
        if (words("in")) {
            return Operator.IN;
        }
        return words("not", "in") ? Operator.NOT_IN : null;
    }

    /// With blanks around it, or without.
    private boolean symbol(String symbol) {
        int start = in.position();
        in.blanks();
        if (in.literal(symbol)) {
            in.blanks();
            return true;
        }
        in.back(start);
        return false;
    }

    /// With blanks around each.
    private boolean words(String... words) {
        int start = in.position();
        boolean fits = in.blanks();
        for (int i = 0; i < words.length && fits; i++) {
            fits = in.literal(words[i]) && in.blanks();
        }
        if (!fits) {
            in.back(start);
        }
        return fits;
    }

    private @Nullable List<String> selector() throws FilterException {
        var first = identifier();
        if (first == null) {
            return null;
        }
        var path = new ArrayList<String>();
        for (var part = first; part != null; part = next()) {
            path.add(part);
        }
        return path;
    }

    private @Nullable String next() throws FilterException {
        int start = in.position();
        if (in.literal(".")) {
            var name = identifier();
            if (name != null) {
                return name;
            }
        }
        in.back(start);
        if (!in.literal("[")) {
            return null;
        }
        in.blanks();
        var name = quoted();
        if (name == null) {
            throw in.wrong("index", "Invalid index");
        }
        in.blanks();
        if (!in.literal("]")) {
            throw in.wrong("index", "Unclosed index expression");
        }
        return name;
    }

    private @Nullable String identifier() {
        int start = in.position();
        if (!in.one(CharClass.LETTER)) {
            return null;
        }
        in.many(CharClass.NAME);
        return in.since(start);
    }

    private @Nullable String value() throws FilterException {
        var selector = selector();
        if (selector != null) {
            return String.join(".", selector);
        }
        var number = number();
        return number == null ? quoted() : number;
    }

    private @Nullable String number() throws FilterException {
        int start = in.position();
        in.literal("-");
        if (!in.literal("0")) {
            if (!in.one(CharClass.FIRST_DIGIT)) {
                in.back(start);
                return null;
            }
            in.many(CharClass.DIGIT);
        }
        int whole = in.position();
        if (in.literal(".") && in.one(CharClass.DIGIT)) {
            in.many(CharClass.DIGIT);
        } else {
            in.back(whole);
        }
        int end = in.position();
        if (in.blanks() || in.atEnd() || in.literal(")")) {
            in.back(end);
            return in.since(start);
        }
        throw in.wrong("number", "Invalid number literal");
    }

    private @Nullable String quoted() throws FilterException {
        for (var quote : List.of("`", "\"")) {
            if (in.literal(quote)) {
                int start = in.position();
                in.many(quote.equals("`") ? CharClass.UNTICKED : CharClass.UNQUOTED);
                var text = in.since(start);
                if (!in.literal(quote)) {
                    throw in.wrong("string", "Unterminated string literal");
                }
                return text;
            }
        }
        return null;
    }
}
