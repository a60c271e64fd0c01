package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What follows the header of a list or map. The length is what a peer announced, -1 for nil; memory is only taken for
/// what has come.
final class Containers {
    private static final int FIRST = 16;

    private Containers() {}

    static <T> List<T> list(MsgpackReader in, long length, Item<T> element) throws IOException {
        if (length < 0) {
            return Nil.list();
        }
        Object[] list = new Object[(int) Math.min(length, FIRST)];
        for (int i = 0; i < length; i++) {
            if (i == list.length) {
                list = Arrays.copyOf(list, (int) Math.min(length, 2L * i));
            }
            list[i] = element.read(in);
        }
        in.endContainer();
        return listOf(list);
    }

    @SuppressWarnings("unchecked") // filled with elements of this type alone
    private static <T> List<T> listOf(Object[] elements) {
        return (List<T>) List.of(elements);
    }

    /// A byte string that came as a list of small integers.
    static Bytes bytes(MsgpackReader in, long length) throws IOException {
        List<Integer> numbers = list(in, length, i -> (int) i.readUnsigned(8));
        byte[] bytes = new byte[numbers.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = numbers.get(i).byteValue();
        }
        return Bytes.wrap(bytes);
    }

    static <T extends @Nullable Object> Map<String, T> map(MsgpackReader in, long length, Item<String> key,
            Item<T> value) throws IOException {
        if (length < 0) {
            return Nil.map();
        }
        Map<String, T> map = length <= FrozenMap.Few.MOST ? few(in, (int) length, key, value)
                : many(in, length, key, value);
        in.endContainer();
        return map;
    }

    private static <T extends @Nullable Object> Map<String, T> few(MsgpackReader in, int length, Item<String> key,
            Item<T> value) throws IOException {
        FrozenMap.Few.Builder<T> map = new FrozenMap.Few.Builder<>(length);
        for (int i = 0; i < length; i++) {
            String name = key.read(in);
            map.put(name, value.read(in));
        }
        return map.build();
    }

    private static <T extends @Nullable Object> Map<String, T> many(MsgpackReader in, long length, Item<String> key,
            Item<T> value) throws IOException {
        Map<String, T> map = LinkedHashMap.newLinkedHashMap(FIRST);
        for (long i = 0; i < length; i++) {
            String name = key.read(in);
            map.put(name, value.read(in));
        }
        return new FrozenMap.Many<>(map);
    }
}
