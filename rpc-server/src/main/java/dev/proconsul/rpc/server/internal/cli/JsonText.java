package dev.proconsul.rpc.server.internal.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// JSON text and trees of `Map`, `List`, `String`, `Number`, `Boolean` and null.
final class JsonText {
    private static final Pattern POSITION = Pattern.compile("(.*?) at line (\\d+) column (\\d+) path (\\S+)");
    private static final int LONGEST_NUMBER = 1000;
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

    private JsonText() {}

    /// Reads a text that is one JSON value.
    ///
    /// @param what how to call the text in an error
    /// @throws UsageError when it is not; names line, column and path
    static @Nullable Object parse(String what, String text) throws UsageError {
        var reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            var value = value(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw malformed("more than one value", reader);
            }
            return value;
        } catch (EOFException e) {
            throw new UsageError(what + " is not whole JSON: " + explain(String.valueOf(e.getMessage())));
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new UsageError(what + " is not valid JSON: " + explain(String.valueOf(e.getMessage())));
        }
    }

    private static MalformedJsonException malformed(String reason, JsonReader reader) {
        var position = reader.toString(); // "JsonReader at line 1 column 2 path $"
        return new MalformedJsonException(reason + position.substring(position.indexOf(' ')));
    }

    /// The library speaks to programmers, in several lines: this keeps what helps the writer of the text.
    private static String explain(String message) {
        var match = POSITION.matcher(message.lines().findFirst().orElse(""));
        if (!match.find()) {
            return message.lines().findFirst().orElse("");
        }
        var reason = match.group(1).startsWith("Use JsonReader") ? "unexpected text" : match.group(1);
        return "line " + match.group(2) + " column " + match.group(3) + " (at " + match.group(4) + "): " + reason;
    }

    private static @Nullable Object value(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(reader);
            case BEGIN_ARRAY -> array(reader);
            case STRING -> reader.nextString();
            case NUMBER -> number(reader);
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield null;
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT -> throw malformed("no value", reader);
        };
    }

    private static Number number(JsonReader reader) throws IOException {
        var digits = reader.nextString();
        if (digits.length() > LONGEST_NUMBER) {
            throw malformed("a number of " + digits.length() + " characters", reader);
        }
        if (!INTEGER.matcher(digits).matches()) {
            return Double.parseDouble(digits);
        }
        var exact = new BigInteger(digits);
        return exact.bitLength() < Long.SIZE ? (Number) exact.longValueExact() : exact;
    }

    private static Map<String, @Nullable Object> object(JsonReader reader) throws IOException {
        var members = new LinkedHashMap<String, @Nullable Object>();
        reader.beginObject();
        while (reader.hasNext()) {
            var name = reader.nextName();
            if (members.containsKey(name)) {
                throw malformed("the name " + name + " comes twice", reader);
            }
            members.put(name, value(reader));
        }
        reader.endObject();
        return members;
    }

    private static List<@Nullable Object> array(JsonReader reader) throws IOException {
        var elements = new ArrayList<@Nullable Object>();
        reader.beginArray();
        while (reader.hasNext()) {
            elements.add(value(reader));
        }
        reader.endArray();
        return elements;
    }

    /// {@return the text of a tree, indented by two spaces}
    static String print(@Nullable Object tree) {
        return print(tree, "  ");
    }

    /// {@return the text of a tree on one line}
    static String printLine(@Nullable Object tree) {
        return print(tree, "");
    }

    private static String print(@Nullable Object tree, String indent) {
        var text = new StringWriter();
        try (var writer = new JsonWriter(text)) {
            writer.setIndent(indent);
            writer.setStrictness(Strictness.LENIENT); // floats may be NaN
            writer.setHtmlSafe(false);
            writer.setSerializeNulls(true);
            write(tree, writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string cannot fail
        }
        return text.toString();
    }

    private static void write(@Nullable Object tree, JsonWriter writer) throws IOException {
        switch (tree) {
            case null -> writer.nullValue();
            case Map<?, ?> members -> {
                writer.beginObject();
                for (var member : members.entrySet()) {
                    writer.name(String.valueOf(member.getKey()));
                    write(member.getValue(), writer);
                }
                writer.endObject();
            }
            case List<?> elements -> {
                writer.beginArray();
                for (var element : elements) {
                    write(element, writer);
                }
                writer.endArray();
            }
            case Number number -> writer.value(number);
            case Boolean truth -> writer.value(truth);
            default -> writer.value(tree.toString());
        }
    }
}
