package dev.proconsul.rpc.endpoints.internal.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a filter says.
///
/// ```
/// expr  = and { "or" and }     and = not { "and" not }     not = [ "not" ] ( "(" expr ")" | match )
/// match = selector op value | selector "is empty" | value "in" selector | ...
/// ```
sealed interface Expression {
    /// Both.
    record And(Expression left, Expression right) implements Expression {}

    /// One of the two, or both.
    record Or(Expression left, Expression right) implements Expression {}

    /// The opposite.
    record Not(Expression operand) implements Expression {}

    /// A comparison.
    ///
    /// @param selector path to the field
    /// @param operator how to compare
    /// @param value    with what; null where the operator needs nothing
    record Match(List<String> selector, Operator operator, @Nullable String value) implements Expression {
        /// The selector as it is named in errors.
        String selectorText() {
            return String.join(".", selector);
        }
    }

    /// How to compare. `contains` is `in` the other way round.
    enum Operator {
        EQUAL("Equal"),
        NOT_EQUAL("Not Equal"),
        IN("In"),
        NOT_IN("Not In"),
        IS_EMPTY("Is Empty"),
        IS_NOT_EMPTY("Is Not Empty"),
        MATCHES("Matches"),
        NOT_MATCHES("Not Matches");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        /// Whether it is the opposite of another one, and so holds for what is not there.
        boolean isNegative() {
            return switch (this) {
                case NOT_EQUAL, NOT_IN, NOT_MATCHES, IS_EMPTY -> true;
                case EQUAL, IN, MATCHES, IS_NOT_EMPTY -> false;
            };
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
