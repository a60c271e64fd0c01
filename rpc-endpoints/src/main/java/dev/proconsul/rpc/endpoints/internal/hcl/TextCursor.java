package dev.proconsul.rpc.endpoints.internal.hcl;

/// A text that is read from its beginning to its end, character by character.
final class TextCursor {
    private final String text;
    private int at;
    private int line = 1;
    private int column = 1;

    TextCursor(String text) {
        this.text = text;
    }

    Place place() {
        return new Place(line, column);
    }

    /// The next character, or -1 at the end.
    int peek() {
        return at < text.length() ? text.codePointAt(at) : -1;
    }

    /// Takes the next character; -1 at the end.
    int take() {
        int c = peek();
        if (c >= 0) {
            at += Character.charCount(c);
            if (c == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return c;
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix, at);
    }

    /// Takes the rest of a line and its end, which is not part of the result.
    String takeLine() {
        int end = text.indexOf('\n', at);
        var rest = text.substring(at, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end + 1;
        if (end < 0) {
            column += rest.length();
        } else {
            line++;
            column = 1;
        }
        return rest;
    }

    /// Takes everything up to and with some text; false when it does not come any more.
    boolean takeThrough(String end) {
        int found = text.indexOf(end, at);
        while (found >= 0 && at < found + end.length()) {
            take();
        }
        return found >= 0;
    }
}
