package dev.proconsul.rpc.endpoints.internal.hcl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads JSON as HCL: objects are blocks.
final class JsonParser {
    private final TextCursor text;

    JsonParser(String text) {
        this.text = new TextCursor(text);
    }

    Hcl.Block parse() throws HclException {
        skipSpace();
        var block = object(0);
        skipSpace();
        if (text.peek() >= 0) {
            throw new HclException(text.place(), "text after the end of the object");
        }
        return block;
    }

    private Hcl value(int depth) throws HclException {
        if (depth > HclParser.DEEPEST) {
            throw new HclException(text.place(), "more than " + HclParser.DEEPEST + " values inside each other");
        }
        skipSpace();
        int c = text.peek();
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> new Hcl.Text(string());
            default -> literal();
        };
    }

    private Hcl.Block object(int depth) throws HclException {
        require('{');
        var items = new ArrayList<Hcl.Item>();
        Set<String> keys = new HashSet<>();
        skipSpace();
        while (text.peek() != '}') {
            if (!items.isEmpty()) {
                require(',');
                skipSpace();
            }
            var place = text.place();
            var key = string();
            if (!keys.add(key)) {
                throw new HclException("The argument \"" + key + "\" at " + place
                        + " was already set. Each argument can only be defined once");
            }
            skipSpace();
            require(':');
            items.add(new Hcl.Item(List.of(key), value(depth + 1), place));
            skipSpace();
        }
        text.take();
        return new Hcl.Block(items);
    }

    private Hcl list(int depth) throws HclException {
        require('[');
        List<Hcl> values = new ArrayList<>();
        skipSpace();
        while (text.peek() != ']') {
            if (!values.isEmpty()) {
                require(',');
            }
            values.add(value(depth + 1));
            skipSpace();
        }
        text.take();
        return new Hcl.Values(values);
    }

    private Hcl literal() throws HclException {
        var place = text.place();
        var word = new StringBuilder();
        for (int c = text.peek(); Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '+'; c = text.peek()) {
            word.appendCodePoint(text.take());
        }
        if (word.isEmpty()) {
            throw new HclException(place, "expected a value got: " + shown(text.peek()));
        }
        return new Hcl.Literal(word.toString());
    }

    private String string() throws HclException {
        var place = text.place();
        require('"');
        var string = new StringBuilder();
        for (int c = text.take(); c != '"'; c = text.take()) {
            if (c < 0 || c == '\n') {
                throw new HclException(place, "literal not terminated");
            }
            string.appendCodePoint(c == '\\' ? Escapes.take(text, "bfnrt\\\"/") : c);
        }
        return string.toString();
    }

    private void require(int wanted) throws HclException {
        var place = text.place();
        int c = text.take();
        if (c != wanted) {
            throw new HclException(place, "expected '" + Character.toString(wanted) + "' got: " + shown(c));
        }
    }

    private void skipSpace() {
        for (int c = text.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = text.peek()) {
            text.take();
        }
    }

    private static String shown(int c) {
        return c < 0 ? "EOF" : "'" + Character.toString(c) + "'";
    }
}
