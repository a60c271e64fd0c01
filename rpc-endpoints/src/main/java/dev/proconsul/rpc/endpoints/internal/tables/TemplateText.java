package dev.proconsul.rpc.endpoints.internal.tables;

import java.io.Serial;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A text with `${...}` in it: a variable such as `name.full`, `match(1)`, a string or a number. `$$` is one `$`.
///
/// Of HashiCorp's interpolation language, this is what prepared queries are documented to use; arithmetic is not.
///
/// For one thread. Source: the library hil.
final class TemplateText {
    /// Why a text cannot be rendered.
    static final class Bad extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final boolean format;

        Bad(boolean format, String message) {
            super(message);
            this.format = format;
        }

        /// Whether the text itself is wrong, and not what it asks for.
        boolean isFormat() {
            return format;
        }
    }

    private final String text;
    private final Function<String, @Nullable String> variables;
    private final IntFunction<String> match;
    private int at;

    private TemplateText(String text, Function<String, @Nullable String> variables, IntFunction<String> match) {
        this.text = text;
        this.variables = variables;
        this.match = match;
    }

    /// Renders a text.
    ///
    /// @param variables gives the value of a variable, or null
    /// @param match     gives a group of the name
    static String render(String text, Function<String, @Nullable String> variables, IntFunction<String> match)
            throws Bad {
        return new TemplateText(text, variables, match).whole();
    }

    private String whole() throws Bad {
        var out = new StringBuilder();
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                out.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                at += 2;
                out.append(expression());
                expect("}");
            } else {
                out.append(text.charAt(at++));
            }
        }
        return out.toString();
    }

    private String expression() throws Bad {
        blanks();
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "._-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        var word = text.substring(from, at);
        blanks();
        if (word.isEmpty()) {
            throw new Bad(true, "parse error at 1:" + (at + 1) + ": expected expression");
        }
        if (at < text.length() && text.charAt(at) == '(') {
            at++;
            return call(word);
        }
        if (Character.isDigit(word.charAt(0)) || word.charAt(0) == '-') {
            return word;
        }
        var value = variables.apply(word);
        if (value == null) {
            throw new Bad(false, "1:" + (from + 1) + ": unknown variable accessed: " + word);
        }
        return value;
    }

    private String call(String function) throws Bad {
        if (!function.equals("match")) {
            throw new Bad(false, "unknown function called: " + function);
        }
        var argument = expression();
        expect(")");
        blanks();
        try {
            return match.apply(Integer.parseInt(argument));
        } catch (NumberFormatException e) {
            throw new Bad(false, "argument 1 of match should be type int, got \"" + argument + "\"");
        }
    }

    private String quoted() throws Bad {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
            throw new Bad(true, "parse error at 1:" + (at + 1) + ": expected closing quote");
        }
        var quoted = text.substring(at + 1, end);
        at = end + 1;
        blanks();
        return quoted;
    }

    private void expect(String wanted) throws Bad {
        blanks();
        if (!text.startsWith(wanted, at)) {
            throw new Bad(true, "parse error at 1:" + (at + 1) + ": expected \"" + wanted + "\"");
        }
        at += wanted.length();
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
