package dev.proconsul.rpc.structs.internal;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.Shape;
import dev.proconsul.rpc.structs.WireTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a JSON tree as msgpack along a shape, or says where and why it does not fit.
final class JsonWriter {
    private final MsgpackWriter out;

    JsonWriter(MsgpackWriter out) {
        this.out = out;
    }

    void write(Shape shape, @Nullable Object tree, String path) throws JsonShapeException {
        if (tree == null) {
            out.writeNil(); // nil is the zero value of every type
            return;
        }
        switch (shape) {
            case Shape.Scalar scalar -> scalar(scalar, tree, path);
            case Shape.Pointer(Shape value) -> write(value, tree, path);
            case Shape.ListOf(Shape element) -> list(element, tree, path);
            case Shape.MapOf(Shape value) -> map(value, tree, path);
            case Shape.Struct struct -> struct(struct, tree, path);
        }
    }

    private void scalar(Shape.Scalar scalar, Object tree, String path) throws JsonShapeException {
        switch (scalar) {
            case STRING -> out.writeString(text(tree, path, "a string"));
            case BOOL -> {
                if (!(tree instanceof Boolean value)) {
                    throw mismatch(path, tree, "true or false");
                }
                out.writeBoolean(value);
            }
            case INT64 -> out.writeLong(integer(tree, path, true, 63));
            case UINT64 -> out.writeUnsigned(integer(tree, path, false, 64));
            case UINT32 -> out.writeUnsigned(integer(tree, path, false, 32));
            case UINT8 -> out.writeUnsigned(integer(tree, path, false, 8));
            case FLOAT32, FLOAT64 -> out.writeDouble(number(tree, path, "a number").doubleValue());
            case BYTES -> out.writeBytes(bytes(tree, path));
            case DURATION -> out.writeLong(nanos(tree, path));
            case TIME -> out.writeTime(time(tree, path));
            case ANY -> any(tree, path);
        }
    }

    private static String text(Object tree, String path, String expected) throws JsonShapeException {
        if (tree instanceof String text) {
            return text;
        }
        throw mismatch(path, tree, expected);
    }

    private static BigDecimal number(Object tree, String path, String expected) throws JsonShapeException {
        if (tree instanceof Number || tree instanceof String) {
            try {
                return new BigDecimal(tree.toString());
            } catch (NumberFormatException e) {
                throw mismatch(path, tree, expected);
            }
        }
        throw mismatch(path, tree, expected);
    }

    private static long integer(Object tree, String path, boolean signed, int bits) throws JsonShapeException {
        String expected = (signed ? "an integer of " + (bits + 1) : "an integer from 0 of " + bits) + " bits";
        BigDecimal number = number(tree, path, expected);
        // The scale is looked at first: 1e999999999 must not be written out.
        if (number.precision() - (long) number.scale() > 20 || number.stripTrailingZeros().scale() > 0) {
            throw mismatch(path, tree, expected);
        }
        BigInteger value = number.toBigInteger();
        if (value.bitLength() > bits || !signed && value.signum() < 0) {
            throw mismatch(path, tree, expected);
        }
        return value.longValue();
    }

    private static Bytes bytes(Object tree, String path) throws JsonShapeException {
        String expected = "a byte string in base64";
        try {
            return Bytes.of(Base64.getDecoder().decode(text(tree, path, expected)));
        } catch (IllegalArgumentException e) {
            throw mismatch(path, tree, expected);
        }
    }

    private static long nanos(Object tree, String path) throws JsonShapeException {
        String expected = "a duration as text (1m30s) or as nanoseconds";
        if (tree instanceof String text) {
            return GoDuration.nanos(text).orElseThrow(() -> mismatch(path, tree, expected));
        }
        if (!(tree instanceof Number)) {
            throw mismatch(path, tree, expected);
        }
        return integer(tree, path, true, 63);
    }

    private static WireTime time(Object tree, String path) throws JsonShapeException {
        String expected = "a time such as 2006-01-02T15:04:05Z";
        try {
            return WireTime.of(text(tree, path, expected));
        } catch (DateTimeParseException e) {
            throw mismatch(path, tree, expected);
        }
    }

    private void any(@Nullable Object tree, String path) throws JsonShapeException {
        switch (tree) {
            case null -> out.writeNil();
            case Boolean value -> out.writeBoolean(value);
            case String text -> out.writeString(text);
            case Double value -> out.writeDouble(value);
            case Float value -> out.writeDouble(value);
            case Number value -> anyNumber(value, path);
            case List<?> _ -> list(Shape.Scalar.ANY, tree, path);
            case Map<?, ?> _ -> map(Shape.Scalar.ANY, tree, path);
            default -> throw mismatch(path, tree, "a JSON value");
        }
    }

    private void anyNumber(Number value, String path) throws JsonShapeException {
        String text = value.toString();
        if (text.contains(".") || text.contains("e") || text.contains("E")) {
            out.writeDouble(number(value, path, "a number").doubleValue());
        } else if (text.startsWith("-")) {
            out.writeLong(integer(value, path, true, 63));
        } else {
            out.writeUnsigned(integer(value, path, false, 64));
        }
    }

    private void list(Shape element, Object tree, String path) throws JsonShapeException {
        if (!(tree instanceof List<?> list)) {
            throw mismatch(path, tree, "a list");
        }
        out.writeArrayHeader(list.size());
        int index = 0;
        for (Object item : list) {
            write(element, item, path + "[" + index++ + "]");
        }
    }

    private void map(Shape value, Object tree, String path) throws JsonShapeException {
        Map<?, ?> map = object(tree, path, "an object");
        out.writeMapHeader(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            out.writeString(key);
            write(value, entry.getValue(), path + "[\"" + key + "\"]");
        }
    }

    private void struct(Shape.Struct struct, Object tree, String path) throws JsonShapeException {
        Map<?, ?> map = object(tree, path, "an object with the fields of " + struct.name());
        out.writeMapHeader(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Shape.Field field = field(struct, String.valueOf(entry.getKey()), path);
            out.writeString(field.name());
            write(field.shape(), entry.getValue(), path.isEmpty() ? field.name() : path + "." + field.name());
        }
    }

    private static Map<?, ?> object(Object tree, String path, String expected) throws JsonShapeException {
        if (tree instanceof Map<?, ?> map) {
            return map;
        }
        throw mismatch(path, tree, expected);
    }

    private static Shape.Field field(Shape.Struct struct, String name, String path) throws JsonShapeException {
        for (Shape.Field field : struct.fields()) {
            if (field.name().equalsIgnoreCase(name)) {
                return field;
            }
        }
        String place = path.isEmpty() ? "" : path + ": ";
        throw new JsonShapeException(place + "unknown field " + shorten(name) + " of " + struct.name() + ", "
                + nearest(struct, name));
    }

    private static String nearest(Shape.Struct struct, String name) {
        List<String> names = struct.fields().stream().map(Shape.Field::name).toList();
        return names.stream().filter(known -> EditDistance.between(known, name) <= 1 + known.length() / 3)
                .min(Comparator.comparingInt(known -> EditDistance.between(known, name)))
                .map(known -> "expected perhaps " + known)
                .orElse(names.isEmpty() ? "which has none" : "expected one of " + String.join(", ", names));
    }

    private static JsonShapeException mismatch(String path, Object tree, String expected) {
        String shown = switch (tree) {
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            case String text -> '"' + shorten(text) + '"';
            default -> shorten(tree.toString());
        };
        String place = path.isEmpty() ? "" : path + ": ";
        return new JsonShapeException(place + "found " + shown + ", expected " + expected);
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
