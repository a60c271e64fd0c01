package dev.proconsul.rpc.endpoints.internal.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A type of rows, and the fields of it that filters can select.
///
/// Made once for each type, see [RowTypes].
///
/// @param <T> the rows
public final class RowType<T> {
    private final Map<String, Field> fields = new LinkedHashMap<>();

    RowType() {}

    /// A field.
    record Field(Kind kind, Function<Object, @Nullable Object> get) {}

    @Nullable Field field(String name) {
        return fields.get(name);
    }

    RowType<T> text(String name, Function<T, String> get) {
        return add(name, Kind.Simple.TEXT, get);
    }

    RowType<T> integer(String name, ToLongFunction<T> get) {
        return add(name, Kind.Simple.INTEGER, get::applyAsLong);
    }

    RowType<T> bool(String name, Predicate<T> get) {
        return add(name, Kind.Simple.BOOL, get::test);
    }

    RowType<T> texts(String name, Function<T, List<String>> get) {
        return add(name, new Kind.Texts(), get);
    }

    RowType<T> textMap(String name, Function<T, Map<String, String>> get) {
        return add(name, new Kind.MapOf(Kind.Simple.TEXT), get);
    }

    <S> RowType<T> structMap(String name, RowType<S> type, Function<T, Map<String, S>> get) {
        return add(name, new Kind.MapOf(new Kind.Struct(type)), get);
    }

    <S> RowType<T> structs(String name, RowType<S> type, Function<T, List<S>> get) {
        return add(name, new Kind.Structs(type), get);
    }

    <S> RowType<T> struct(String name, RowType<S> type, Function<T, @Nullable S> get) {
        return add(name, new Kind.Struct(type), get);
    }

    @SuppressWarnings("unchecked") // rows of this type are all that a field of it is ever asked of
    private RowType<T> add(String name, Kind kind, Function<T, ? extends @Nullable Object> get) {
        fields.put(name, new Field(kind, row -> get.apply((T) row)));
        return this;
    }
}
