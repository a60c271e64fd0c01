package dev.proconsul.rpc.structs.internal;

import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.Shape;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON form of a value: a reading of its msgpack form along the shape of its type.
///
/// Going through the wire form keeps the generated code small and the two forms in step; speed does not matter here.
public final class JsonView {
    /// Limits for bytes that come from this module itself.
    public static final DecodeLimits OWN =
            new DecodeLimits(1000, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    private JsonView() {}

    /// Writes a tree as msgpack, in the plain form; see [dev.proconsul.rpc.structs.Codec#fromJson].
    public static void write(Shape shape, @Nullable Object tree, MsgpackWriter out) throws JsonShapeException {
        new JsonWriter(out).write(shape, tree, "");
    }

    /// Reads msgpack in the plain form as a tree; see [dev.proconsul.rpc.structs.Codec#toJson].
    public static @Nullable Object read(Shape shape, MsgpackReader in) throws IOException {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar(scalar, in);
            case Shape.Pointer(Shape value) -> in.tryNil() ? null : read(value, in);
            case Shape.ListOf(Shape element) -> list(element, in);
            case Shape.MapOf(Shape value) -> map(value, in);
            case Shape.KeyedMap(Shape _, Shape value) -> map(value, in);
            case Shape.Variant variant -> variant(variant, in);
            case Shape.Struct struct -> in.tryNil() ? null : struct(struct, in);
        };
    }

    private static @Nullable Object scalar(Shape.Scalar scalar, MsgpackReader in) throws IOException {
        if (scalar != Shape.Scalar.BYTES && in.tryNil()) {
            return null;
        }
        return switch (scalar) {
            case STRING -> in.readString();
            case BOOL -> in.readBoolean();
            case INT64, DURATION -> in.readLong();
            case UINT64, UINT32, UINT8 -> unsigned(in.readUnsigned());
            case FLOAT32, FLOAT64 -> in.readDouble();
            case BYTES -> in.tryNil() ? null : Base64.getEncoder().encodeToString(in.readBytes().toByteArray());
            case TIME -> in.readTime().toString();
            case ANY -> in.readAny();
        };
    }

    private static Number unsigned(long value) {
        return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
    }

    private static @Nullable Object list(Shape element, MsgpackReader in) throws IOException {
        long length = in.readArrayHeader();
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            list.add(read(element, in));
        }
        in.endContainer();
        return list;
    }

    private static @Nullable Object map(Shape value, MsgpackReader in) throws IOException {
        long length = in.readMapHeader();
        if (length < 0) {
            return null;
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (long i = 0; i < length; i++) {
            String key = in.readString();
            map.put(key, read(value, in));
        }
        in.endContainer();
        return map;
    }

    private static Map<String, @Nullable Object> variant(Shape.Variant variant, MsgpackReader in) throws IOException {
        in.readArrayHeader();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        String kind = in.readString();
        tree.put(JsonWriter.KIND, kind);
        Shape shape = variant.kinds().getOrDefault(kind, new Shape.MapOf(Shape.Scalar.ANY));
        if (read(shape, in) instanceof Map<?, ?> fields) {
            fields.forEach((name, value) -> tree.putIfAbsent(String.valueOf(name), value));
        }
        in.endContainer();
        return tree;
    }

    private static Map<String, @Nullable Object> struct(Shape.Struct struct, MsgpackReader in) throws IOException {
        Map<String, Shape> shapes = new HashMap<>();
        struct.fields().forEach(field -> shapes.put(field.name(), field.shape()));
        Map<String, @Nullable Object> sorted = new HashMap<>();
        long length = in.readMapHeader();
        for (long i = 0; i < length; i++) {
            String name = in.readString();
            Shape shape = shapes.get(name);
            if (shape == null) {
                throw new IOException("unknown field " + name);
            }
            sorted.put(name, read(shape, in));
        }
        in.endContainer();
        Map<String, @Nullable Object> declared = new LinkedHashMap<>();
        for (Shape.Field field : struct.fields()) {
            if (sorted.containsKey(field.name())) {
                declared.put(field.name(), sorted.get(field.name()));
            }
        }
        return declared;
    }
}
