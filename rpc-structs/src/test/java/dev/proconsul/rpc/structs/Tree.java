package dev.proconsul.rpc.structs;

import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a record must be on the wire, found by reflection along its shape and without its codec: null, `Boolean`,
/// `BigInteger`, `Double`, `Float`, `byte[]` for byte strings, `String` for text, `List`, `Map` and [Wrapped].
final class Tree {
    private Tree() {}

    /// Values one behind the other, inside a byte string.
    record Wrapped(List<@Nullable Object> content) {}

    static @Nullable Object of(Shape shape, @Nullable Object value) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar(scalar, value);
            case Shape.Pointer(Shape target) -> value == null || isNil(value) ? null : of(target, value);
            case Shape.ListOf(Shape element) -> {
                List<?> list = (List<?>) value;
                yield Nil.is(list) ? null : list(element, list);
            }
            case Shape.MapOf(Shape target) -> map(null, target, (Map<?, ?>) value);
            case Shape.KeyedMap(Shape key, Shape target) -> map(key, target, (Map<?, ?>) value);
            case Shape.Variant variant -> entry(variant, (ConfigEntry) value);
            case Shape.Struct struct -> wrap(struct, value);
        };
    }

    private static boolean isNil(Object value) {
        try {
            return value == value.getClass().getField("NIL").get(null) && !(value instanceof Bytes);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static @Nullable Object scalar(Shape.Scalar scalar, @Nullable Object value) {
        return switch (scalar) {
            case STRING -> value instanceof String ? value : String.valueOf(value);
            case BOOL -> value;
            case INT64 -> BigInteger.valueOf(((Number) value).longValue());
            case UINT64, UINT32, UINT8 -> new BigInteger(Long.toUnsignedString(((Number) value).longValue()));
            case FLOAT32, FLOAT64 -> value;
            case BYTES -> ((Bytes) value).isNil() ? null : ((Bytes) value).toByteArray();
            case DURATION -> BigInteger.valueOf(((Duration) value).toNanos());
            case TIME -> time((WireTime) value);
            case ANY -> value;
        };
    }

    private static List<@Nullable Object> list(Shape element, List<?> list) {
        List<@Nullable Object> tree = new ArrayList<>();
        list.forEach(item -> tree.add(of(element, item)));
        return tree;
    }

    private static @Nullable Object map(@Nullable Shape key, Shape target, Map<?, ?> map) {
        if (map == Nil.map()) {
            return null;
        }
        Map<Object, @Nullable Object> tree = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            Object on = key == null ? name : key instanceof Shape.Struct ? new TreeMap<>(Map.of("Name", name))
                    : new BigInteger((String) name);
            tree.put(on, of(target, value));
        });
        return tree;
    }

    private static @Nullable Object entry(Shape.Variant variant, ConfigEntry entry) {
        return entry instanceof UnknownConfigEntry unknown ? unknown.fields()
                : of(Optional.ofNullable(variant.kinds().get(entry.kindName())).orElseThrow(), entry);
    }

    private static Object wrap(Shape.Struct struct, Object value) {
        return switch (value) {
            case ConfigEntryRequest request -> sequence(kind(request.entry()), fields(struct, value));
            case ConfigEntryResponse response when response.entry() == null -> sequence("", meta(response.queryMeta()));
            case ConfigEntryResponse response -> sequence(kind(response.entry()),
                    of(ConfigEntryForms.SHAPE, response.entry()), meta(response.queryMeta()));
            case IndexedConfigEntries list -> sequence(BigInteger.valueOf(list.entries().size()), list.kind(),
                    fields(struct, value));
            case IndexedGenericConfigEntries list -> {
                List<@Nullable Object> content = new ArrayList<>(List.of(BigInteger.valueOf(list.entries().size())));
                for (ConfigEntry entry : list.entries()) {
                    content.add(entry.kindName());
                    content.add(of(ConfigEntryForms.SHAPE, entry));
                }
                content.add(meta(list.queryMeta()));
                yield new Wrapped(content);
            }
            case ProxyConfigEntry _ -> sequence(fields(struct, value));
            case ServiceConfigResponse _ -> sequence(fields(struct, value));
            default -> fields(struct, value);
        };
    }

    private static Wrapped sequence(@Nullable Object... content) {
        return new Wrapped(new ArrayList<>(Arrays.asList(content)));
    }

    private static String kind(@Nullable ConfigEntry entry) {
        return entry == null ? "" : entry.kindName();
    }

    private static @Nullable Object meta(QueryMeta meta) {
        return of(QueryMeta.CODEC.shape(), meta);
    }

    /// The fields in the order of their names.
    private static Map<String, @Nullable Object> fields(Shape.Struct struct, Object value) {
        Map<String, @Nullable Object> tree = new TreeMap<>();
        for (Shape.Field field : struct.fields()) {
            Object content = find(field.name(), value).orElseThrow(() -> new AssertionError("no " + field)).get();
            boolean empty = content == null || content.equals("") || content.equals(0L);
            if (!(field.omitEmpty() && empty)) {
                tree.put(field.name(), of(field.shape(), content));
            }
        }
        return tree;
    }

    private interface Found {
        @Nullable Object get();
    }

    /// The component of a field, in the record itself or in an embedded one.
    private static Optional<Found> find(String field, Object value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            if (Values.names(component, field)) {
                return Optional.of(() -> get(component, value));
            }
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object inner = isEmbedded(component, value) ? get(component, value) : null;
            Optional<Found> found = inner == null ? Optional.empty() : find(field, inner);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isEmbedded(RecordComponent component, Object value) {
        Shape.Struct shape = (Shape.Struct) Structs.named(value.getClass().getSimpleName()).orElseThrow().shape();
        return component.getType().isRecord()
                && shape.fields().stream().noneMatch(field -> Values.names(component, field.name()));
    }

    private static @Nullable Object get(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /// Go's binary form of a time.
    private static byte[] time(WireTime time) {
        boolean whole = time.offsetSeconds() % 60 == 0;
        ByteBuffer bytes = ByteBuffer.allocate(whole ? 15 : 16).put((byte) (whole ? 1 : 2)).putLong(time.seconds())
                .putInt(time.nanos()).putShort((short) (time.utc() ? -1 : time.offsetSeconds() / 60));
        return (whole ? bytes : bytes.put((byte) (time.offsetSeconds() % 60))).array();
    }
}
