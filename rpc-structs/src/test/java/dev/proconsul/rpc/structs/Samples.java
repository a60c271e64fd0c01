package dev.proconsul.rpc.structs;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Random values of every type of the schema, with a taste for boundaries.
final class Samples {
    private static final long[] INTEGERS = {0, 1, 31, 32, 127, 128, 255, 256, 65535, 65536, 0xffffffffL, 1L << 32,
        Long.MAX_VALUE, Long.MIN_VALUE, -1, -32, -33, -128, -129, -32768, -32769, Integer.MIN_VALUE,
        Integer.MIN_VALUE - 1L};
    private static final String[] LETTERS = {"a", "Z", "/", "ß", "語", "🚀", "\uFFFD", "\uDCFF", "\uDC80", "\0"};

    private final Random random;
    private int depth;
    private boolean narrow;

    Samples(long seed) {
        random = new Random(seed);
    }

    Random random() {
        return random;
    }

    /// A random value of a struct.
    @SuppressWarnings("unchecked") // codec and record have the same name
    <T> T of(Codec<T> codec) {
        return (T) record(Values.struct(codec.shape().toString()));
    }

    private Object record(Class<?> type) {
        List<@Nullable Object> arguments = new ArrayList<>();
        depth++;
        for (RecordComponent component : type.getRecordComponents()) {
            boolean pointer = component.getAnnotatedType().getAnnotations().length > 0;
            boolean outer = narrow;
            narrow = isNarrow(type, component);
            arguments.add(pointer && (depth > 3 || random.nextBoolean()) ? null : value(component.getGenericType()));
            narrow = outer;
        }
        depth--;
        return consistent(Values.construct(type, arguments));
    }

    /// True for unsigned integers of 32 bits, which are longs in Java.
    private static boolean isNarrow(Class<?> type, RecordComponent component) {
        return Structs.named(type.getSimpleName()).stream()
                .flatMap(codec -> ((Shape.Struct) codec.shape()).fields().stream())
                .filter(field -> Values.names(component, field.name()))
                .anyMatch(field -> field.shape().toString().contains("UINT32"));
    }

    /// Config entries say their own kind, lists of them the kind of all, and numbers are numbers.
    private Object consistent(Object value) {
        return switch (value) {
            case IndexedConfigEntries list -> ofOneKind(list);
            case ChunkingState(Map<String, List<ChunkInfo>> chunks) -> {
                Map<String, List<ChunkInfo>> numbered = new LinkedHashMap<>();
                chunks.values().forEach(list -> numbered.put(Long.toUnsignedString(integer()), list));
                yield new ChunkingState(numbered);
            }
            case ConfigEntry entry -> withKind(entry);
            default -> value;
        };
    }

    private static Object withKind(ConfigEntry entry) {
        try {
            Method wither = entry.getClass().getMethod("withKind", String.class);
            return wither.invoke(entry, entry.kindName());
        } catch (NoSuchMethodException e) {
            return entry; // has no such field
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private IndexedConfigEntries ofOneKind(IndexedConfigEntries list) {
        if (list.entries().isEmpty()) {
            return list;
        }
        String kind = list.entries().getFirst().kindName();
        return list.withKind(kind)
                .withEntries(list.entries().stream().filter(entry -> entry.kindName().equals(kind)).toList());
    }

    private Object entry() {
        Class<?>[] kinds = ConfigEntry.class.getPermittedSubclasses();
        Class<?> kind = kinds[random.nextInt(kinds.length)];
        if (kind != UnknownConfigEntry.class) {
            return record(kind);
        }
        String name = "future-" + random.nextInt(2);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Kind", name);
        fields.put("Name", text());
        fields.put("Weight", random.nextDouble());
        return UnknownConfigEntry.of(name, fields);
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class ? list(generic) : map(generic);
        } else if (type == String.class) {
            return text();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == long.class || type == Long.class) {
            return integer();
        } else if (type == int.class) {
            return random.nextInt(256);
        } else if (type == double.class || type == Double.class) {
            return random.nextGaussian();
        } else if (type == float.class) {
            return random.nextFloat();
        } else if (type == Duration.class) {
            return Duration.ofNanos(integer());
        } else if (type == Bytes.class) {
            byte[] content = new byte[length()];
            random.nextBytes(content);
            return content.length == 0 ? Bytes.NIL : Bytes.of(content);
        } else if (type == WireTime.class) {
            return new WireTime(random.nextInt(), random.nextInt(1_000_000_000), 60 * (1 + random.nextInt(900)), false);
        } else if (type == Object.class) {
            return random.nextBoolean() ? text() : random.nextDouble();
        }
        return type == ConfigEntry.class ? entry() : record((Class<?>) type);
    }

    private Object list(ParameterizedType type) {
        if (random.nextInt(4) == 0) {
            return Nil.list();
        }
        List<Object> list = new ArrayList<>();
        for (int left = elements(); left > 0; left--) {
            list.add(element(type.getActualTypeArguments()[0]));
        }
        return list;
    }

    private Object map(ParameterizedType type) {
        if (random.nextInt(4) == 0) {
            return Nil.map();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int left = elements(); left > 0; left--) {
            map.put(text(), element(type.getActualTypeArguments()[1]));
        }
        return map;
    }

    private Object element(Type type) {
        return hasNil(type) && random.nextInt(5) == 0 ? Values.constant((Class<?>) type, "NIL") : value(type);
    }

    private static boolean hasNil(Type type) {
        return type instanceof Class<?> plain && plain.isRecord()
                && List.of(plain.getFields()).stream().anyMatch(f -> f.getName().equals("NIL"));
    }

    private int elements() {
        return depth > 3 ? 0 : random.nextInt(20) == 0 ? 17 : random.nextInt(3);
    }

    private long integer() {
        if (narrow) {
            return random.nextInt() & 0xffffffffL;
        }
        return random.nextInt(3) == 0 ? random.nextLong() : INTEGERS[random.nextInt(INTEGERS.length)];
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int left = length(); left > 0; left--) {
            text.append(LETTERS[random.nextInt(random.nextBoolean() ? 3 : LETTERS.length)]);
        }
        return text.toString();
    }

    private int length() {
        int[] lengths = {0, 1, 5, 31, 32, 33, 255, 256, 2000};
        return random.nextInt(10) > 0 ? random.nextInt(6) : lengths[random.nextInt(lengths.length)];
    }
}
