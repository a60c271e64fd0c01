package dev.proconsul.rpc.structs.internal;

import dev.proconsul.rpc.structs.JsonShapeException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON text of a tree of `Map`, `List`, `String`, `Number`, `Boolean` and null, for the one file of a snapshot archive
/// that is JSON. Source: RFC 8259; the written form is that of Go's `encoding/json`, without any white space.
public final class JsonText {
    private static final int DEEPEST = 32;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /// {@return the tree of a text that is one JSON value}
    /// @param text the text
    /// @throws JsonShapeException if it is not; names the place
    public static @Nullable Object parse(String text) throws JsonShapeException {
        JsonText parser = new JsonText(text);
        Object value = parser.value(0);
        if (parser.skipSpace() >= 0) {
            throw parser.unexpected("the end");
        }
        return value;
    }

    private @Nullable Object value(int depth) throws JsonShapeException {
        if (depth > DEEPEST) {
            throw unexpected("at most " + DEEPEST + " levels");
        }
        return switch (skipSpace()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) throws JsonShapeException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        if (skipSpace() == '}') {
            at++;
            return members;
        }
        do {
            if (skipSpace() != '"') {
                throw unexpected("a name");
            }
            String name = string();
            expect(':');
            members.put(name, value(depth + 1));
        } while (another('}'));
        return members;
    }

    private List<@Nullable Object> array(int depth) throws JsonShapeException {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        if (skipSpace() == ']') {
            at++;
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (another(']'));
        return elements;
    }

    private boolean another(char end) throws JsonShapeException {
        int next = skipSpace();
        if (next != ',' && next != end) {
            throw unexpected("',' or '" + end + "'");
        }
        at++;
        return next == ',';
    }

    private String string() throws JsonShapeException {
        StringBuilder string = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c < ' ') {
                throw unexpected("no control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        if (at == text.length()) {
            throw unexpected("'\"'");
        }
        at++;
        return string.toString();
    }

    private char escaped() throws JsonShapeException {
        at++;
        int c = at < text.length() ? text.charAt(at) : -1;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 >= text.length()
                        || !text.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}")) {
                    throw unexpected("four hexadecimal digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 3, at + 1, 16);
            }
            default -> throw unexpected("an escape");
        };
    }

    private @Nullable Object word(String word, @Nullable Object value) throws JsonShapeException {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return value;
    }

    private Number number() throws JsonShapeException {
        int begin = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(begin, at);
        if (digits.matches("-?(0|[1-9][0-9]{0,40})")) {
            BigInteger exact = new BigInteger(digits);
            return exact.bitLength() < Long.SIZE ? (Number) exact.longValueExact() : exact;
        }
        if (digits.length() <= 40 && digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            return Double.parseDouble(digits);
        }
        at = begin;
        throw unexpected("a value");
    }

    private void expect(char wanted) throws JsonShapeException {
        if (skipSpace() != wanted) {
            throw unexpected("'" + wanted + "'");
        }
        at++;
    }

    private int skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : -1;
    }

    private JsonShapeException unexpected(String wanted) {
        String met = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new JsonShapeException("at character " + at + ": " + met + ", expected " + wanted);
    }

    /// {@return the text of a tree}
    /// @param tree what to write
    public static String print(@Nullable Object tree) {
        StringBuilder out = new StringBuilder();
        print(tree, out);
        return out.toString();
    }

    private static void print(@Nullable Object tree, StringBuilder out) {
        switch (tree) {
            case Map<?, ?> members -> {
                out.append('{');
                String comma = "";
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    quote(String.valueOf(member.getKey()), out.append(comma));
                    print(member.getValue(), out.append(':'));
                    comma = ",";
                }
                out.append('}');
            }
            case List<?> elements -> {
                out.append('[');
                String comma = "";
                for (Object element : elements) {
                    print(element, out.append(comma));
                    comma = ",";
                }
                out.append(']');
            }
            case String string -> quote(string, out);
            case null, default -> out.append(tree);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c == '>' || c == '&') {
                out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
