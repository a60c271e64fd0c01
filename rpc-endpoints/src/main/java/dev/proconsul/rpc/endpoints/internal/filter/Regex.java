package dev.proconsul.rpc.endpoints.internal.filter;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression of somebody who is not trusted.
///
/// Go's are run in linear time, Java's are not, so the steps of a search are counted and limited. What Go does not
/// know, such as references and looking around, is refused.
///
/// Deviation: a search of more than [#MAX_STEPS] steps finds nothing.
public final class Regex {
    /// Characters that a search may look at, each time that it looks.
    static final int MAX_STEPS = 1_000_000;

    private static final Pattern UNKNOWN_TO_GO =
            Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*(\\(\\?[=!>]|\\(\\?<[=!]|\\\\[1-9kGZRXhH]|[*+?}]\\+|&&)");

    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /// Reads an expression.
    /// @param text what Go takes for one
    /// @return the expression
    /// @throws FilterException when it is none
    static Regex of(String text) throws FilterException {
        var problem = problem(text);
        if (problem.isPresent()) {
            throw new FilterException("Failed to compile regular expression \"" + text + "\": " + problem.get());
        }
        return new Regex(Pattern.compile(javaForm(text)));
    }

    /// Reads an expression that has been found to be one.
    /// @param text see [#problem]
    /// @return the expression
    public static Regex ofValid(String text) {
        return new Regex(Pattern.compile(javaForm(text)));
    }

    /// {@return what is wrong with an expression; empty when nothing is}
    /// @param text the expression
    public static Optional<String> problem(String text) {
        var unknown = UNKNOWN_TO_GO.matcher(text);
        if (unknown.find()) {
            return Optional.of("error parsing regexp: invalid or unsupported Perl syntax: `" + unknown.group(1) + "`");
        }
        try {
            Pattern.compile(javaForm(text));
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("error parsing regexp: " + e.getDescription() + ": `" + text + "`");
        } catch (StackOverflowError e) {
            return Optional.of("error parsing regexp: expression nests too deeply: `" + text + "`");
        }
    }

    private static String javaForm(String text) {
        return text.replace("(?P<", "(?<");
    }

    /// {@return whether the expression is found anywhere in a text}
    /// @param text where to look
    public boolean finds(String text) {
        return find(text).isPresent();
    }

    /// Finds the expression in a text.
    /// @param text where to look
    /// @return the first place, with its groups
    public Optional<MatchResult> find(String text) {
        try {
            var matcher = pattern.matcher(new Counted(text, new int[] {MAX_STEPS}));
            return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
        } catch (TooManySteps | StackOverflowError e) {
            return Optional.empty();
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }

    /// A text that is looked at no more than so often.
    private record Counted(String text, int[] left) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (left[0]-- <= 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
