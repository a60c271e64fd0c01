package dev.proconsul.rpc.structs;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds records from the JSON of the vectors by the names of their components.
///
/// It goes by reflection and knows nothing of the generated codecs, so that a mistake there cannot cancel itself out.
final class Values {
    private Values() {}

    /// The type of a list, for lists that are no component.
    record ListType(Type element) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {element};
        }

        @Override
        public Type getRawType() {
            return List.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    }

    static Class<?> struct(String name) {
        try {
            return Class.forName("dev.proconsul.rpc.structs." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("schema knows " + name + ", but there is no record", e);
        }
    }

    static @Nullable Object build(Type type, JsonElement json) {
        if (type instanceof ParameterizedType generic) {
            return collection(generic, json);
        } else if (type == Object.class) {
            return any(json);
        }
        Class<?> plain = (Class<?>) type;
        if (json.isJsonNull()) {
            return plain == Bytes.class ? Bytes.NIL : null;
        } else if (plain == String.class) {
            return text(json);
        } else if (plain == boolean.class) {
            return json.getAsBoolean();
        } else if (plain == long.class || plain == Long.class) {
            return json.getAsBigInteger().longValue();
        } else if (plain == int.class) {
            return json.getAsInt();
        } else if (plain == double.class || plain == Double.class) {
            return number(json);
        } else if (plain == float.class) {
            return (float) number(json);
        } else if (plain == Duration.class) {
            return Duration.ofNanos(json.getAsLong());
        } else if (plain == Bytes.class) {
            return bytes(json.getAsJsonObject());
        } else if (plain == WireTime.class) {
            return time(json.getAsJsonObject());
        } else if (Structs.named(plain.getSimpleName()).isEmpty()) {
            return construct(plain, List.of(text(json))); // a named string
        }
        JsonObject object = json.getAsJsonObject();
        Set<String> unused = new HashSet<>(object.keySet());
        Object value = record(plain, object, unused);
        unused.removeIf(field -> Vectors.isDropped(plain.getSimpleName(), field));
        if (!unused.isEmpty()) {
            throw new AssertionError(plain + " has no components for " + unused);
        }
        return value;
    }

    private static Object record(Class<?> type, JsonObject json, Set<String> unused) {
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = json.keySet().stream().filter(name -> names(component, name)).findFirst().orElse(null);
            if (key != null) {
                unused.remove(key);
                arguments.add(build(component.getGenericType(), json.get(key)));
            } else if (Structs.named(component.getType().getSimpleName()).isPresent()
                    && !mayBeMissing(type, component)) {
                arguments.add(record(component.getType(), json, unused)); // embedded
            } else {
                arguments.add(missing(type, component));
            }
        }
        return construct(type, arguments);
    }

    static boolean names(RecordComponent component, String field) {
        return component.getName().equalsIgnoreCase(field) || component.getName().equalsIgnoreCase(field + "Value");
    }

    private static boolean mayBeMissing(Class<?> type, RecordComponent component) {
        Shape.Struct shape = (Shape.Struct) Structs.named(type.getSimpleName()).orElseThrow().shape();
        return shape.fields().stream().anyMatch(f -> names(component, f.name())
                && (f.omitEmpty() || !f.since().isEmpty()));
    }

    /// The zero value of a field that the recorded version did not have or left out as empty; any other missing field
    /// is an error.
    private static @Nullable Object missing(Class<?> type, RecordComponent component) {
        if (!mayBeMissing(type, component)) {
            throw new AssertionError("vector lacks " + component.getName() + " of " + type.getSimpleName()
                    + ", which the schema marks neither as newer nor as left out");
        }
        try {
            return component.getAccessor().invoke(constant(type, "ZERO"));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Object construct(Class<?> type, List<@Nullable Object> arguments) {
        try {
            Class<?>[] types = List.of(type.getRecordComponents()).stream().map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Object constant(Class<?> type, String name) {
        try {
            return type.getField(name).get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object collection(ParameterizedType type, JsonElement json) {
        boolean list = type.getRawType() == List.class;
        if (json.isJsonNull()) {
            return list ? Nil.list() : Nil.map();
        }
        Type element = type.getActualTypeArguments()[list ? 0 : 1];
        if (list) {
            List<Object> values = new ArrayList<>();
            json.getAsJsonArray().forEach(item -> values.add(element(element, item)));
            return element == Object.class ? values : List.copyOf(values);
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        json.getAsJsonObject().asMap().forEach((key, item) -> values.put(key,
                element == Object.class ? any(item) : element(element, item)));
        return values;
    }

    private static Object element(Type type, JsonElement json) {
        Object value = build(type, json);
        return value != null ? value : constant((Class<?>) type, "NIL");
    }

    private static @Nullable Object any(JsonElement json) {
        if (json.isJsonNull()) {
            return null;
        } else if (json.isJsonArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            json.getAsJsonArray().forEach(item -> list.add(any(item)));
            return list;
        } else if (json instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return primitive.getAsBoolean();
            } else if (primitive.isString()) {
                return primitive.getAsString();
            } else if (primitive.getAsString().matches("-?\\d+")) {
                return primitive.getAsBigInteger().bitLength() < 64 ? (Number) primitive.getAsLong()
                        : primitive.getAsBigInteger();
            }
            return primitive.getAsDouble();
        }
        JsonObject object = json.getAsJsonObject();
        if (object.has("$b64") || object.has("$ext")) {
            return bytes(object);
        } else if (object.has("$str_b64")) {
            return text(object);
        } else if (object.has("$f64")) {
            return number(object);
        } else if (object.has("$time")) {
            return time(object);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.asMap().forEach((key, item) -> map.put(key, any(item)));
        return map;
    }

    private static String text(JsonElement json) {
        return json.isJsonObject()
                ? Bytes.of(Base64.getDecoder().decode(json.getAsJsonObject().get("$str_b64").getAsString())).toUtf8()
                : json.getAsString();
    }

    private static double number(JsonElement json) {
        return !json.isJsonObject() ? json.getAsDouble() : switch (json.getAsJsonObject().get("$f64").getAsString()) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            default -> Double.NEGATIVE_INFINITY;
        };
    }

    private static Bytes bytes(JsonObject json) {
        return Bytes.of(Base64.getDecoder().decode(json.get("$b64").getAsString()));
    }

    private static WireTime time(JsonObject json) {
        Instant instant = OffsetDateTime.parse(json.get("$time").getAsString()).toInstant();
        int offset = json.has("$offset_minutes") ? 60 * json.get("$offset_minutes").getAsInt()
                : json.has("$offset_seconds") ? json.get("$offset_seconds").getAsInt() : 0;
        boolean zone = json.has("$offset_minutes") || json.has("$offset_seconds");
        return new WireTime(WireTime.of(instant).seconds(), instant.getNano(), offset, !zone);
    }
}
