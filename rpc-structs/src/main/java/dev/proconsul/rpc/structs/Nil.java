package dev.proconsul.rpc.structs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Go's nil list and nil map, which are empty but have another wire form (`c0`) than an empty one (`90`, `80`).
///
/// Both are ordinary immutable empty collections, equal to every other empty one, and told apart by identity.
public final class Nil {
    private static final List<?> LIST = Collections.unmodifiableList(new ArrayList<>());
    private static final Map<String, ?> MAP = FrozenMap.copyOf(Map.of());

    private Nil() {}

    /// {@return the nil list}
    ///
    /// @param <T> type of the elements it does not have
    @SuppressWarnings("unchecked") // it is empty for every type
    public static <T extends @Nullable Object> List<T> list() {
        return (List<T>) LIST;
    }

    /// {@return the nil map}
    ///
    /// @param <T> type of the values it does not have
    @SuppressWarnings("unchecked") // it is empty for every type
    public static <T extends @Nullable Object> Map<String, T> map() {
        return (Map<String, T>) MAP;
    }

    /// {@return true for the nil list}
    ///
    /// @param list any list
    public static boolean is(Collection<?> list) {
        return list == LIST;
    }

    /// {@return true for the nil map}
    ///
    /// @param map any map
    public static boolean is(Map<String, ?> map) {
        return map == MAP;
    }

    /// {@return an immutable copy; nil stays nil}
    static <T> List<T> copyOf(List<T> list) {
        return is(list) ? list : List.copyOf(list);
    }

    /// {@return an immutable copy, its elements copied as well; nil stays nil}
    static <T> List<T> copyOf(List<T> list, UnaryOperator<T> element) {
        return is(list) ? list : list.stream().map(element).toList();
    }

    /// {@return an immutable copy in the same order; nil stays nil}
    static <T extends @Nullable Object> Map<String, T> copyOf(Map<String, T> map) {
        return map instanceof FrozenMap ? map : FrozenMap.copyOf(map);
    }

    /// {@return an immutable copy in the same order, its values copied as well; nil stays nil}
    static <T> Map<String, T> copyOf(Map<String, T> map, UnaryOperator<T> value) {
        if (map instanceof FrozenMap) {
            return map; // made by a reader or a constructor, whose values are frozen already
        }
        Map<String, T> copy = LinkedHashMap.newLinkedHashMap(map.size());
        map.forEach((key, item) -> copy.put(key, value.apply(item)));
        return FrozenMap.copyOf(copy);
    }
}
