package dev.proconsul.rpc.endpoints.internal.filter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.TreeSet;

/// The text of a filter and how far it was understood.
///
/// Every attempt to read something that fails is remembered if it is the furthest so far: the error of a text that is
/// no filter says what would have been understood there.
///
/// For one thread.
final class Scanner {
    private static final String END = "EOF";

    private final String text;
    private final TreeSet<String> expected = new TreeSet<>();
    private int furthest;
    private int at;

    Scanner(String text) {
        this.text = text;
    }

    int position() {
        return at;
    }

    void back(int position) {
        at = position;
    }

    /// The text since a position.
    String since(int position) {
        return text.substring(position, at);
    }

    /// Reads exactly this, or nothing.
    boolean literal(String literal) {
        if (text.startsWith(literal, at)) {
            at += literal.length();
            return true;
        }
        return failed("\"" + literal.replace("\"", "\\\"") + "\"");
    }

    /// Reads one character of a class, or nothing.
    boolean one(CharClass wanted) {
        if (at < text.length() && wanted.has(text.charAt(at))) {
            at++;
            return true;
        }
        return failed(wanted.toString());
    }

    /// Reads as many characters of a class as there are.
    void many(CharClass wanted) {
        while (one(wanted)) {
            // On to the next.
        }
    }

    /// At least one blank.
    boolean blanks() {
        if (!one(CharClass.BLANK)) {
            return false;
        }
        many(CharClass.BLANK);
        return true;
    }

    boolean atEnd() {
        return at == text.length() || failed(END);
    }

    /// Whether the text ends here, without any expectation.
    boolean isEnd() {
        return at == text.length();
    }

    private boolean failed(String wanted) {
        if (at > furthest) {
            furthest = at;
            expected.clear();
        }
        if (at == furthest) {
            expected.add(wanted);
        }
        return false;
    }

    /// What would have been understood where nothing was.
    FilterException noMatch() {
        boolean end = expected.remove(END);
        var wanted = new ArrayList<>(expected);
        if (end) {
            wanted.add(END); // the generated parser puts it last
        }
        var last = wanted.removeLast();
        var list = wanted.isEmpty() ? last : String.join(", ", wanted) + " or " + last;
        return new FilterException(place(furthest) + ": no match found, expected: " + list);
    }

    /// Something that was understood, but must not stand there.
    FilterException wrong(String rule, String problem) {
        return new FilterException(place(at) + ": rule \"" + rule + "\": " + problem);
    }

    /// Line, column and offset in bytes, the first two from 1.
    private String place(int position) {
        var before = text.substring(0, position);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
        return line + ":" + column + " (" + before.getBytes(StandardCharsets.UTF_8).length + ")";
    }
}
