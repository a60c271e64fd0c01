package dev.proconsul.rpc.structs;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An immutable map that keeps its order and that a record's constructor can take without copying it again.
final class FrozenMap<T extends @Nullable Object> extends AbstractMap<String, T> {
    private final Map<String, T> content;

    /// Takes the map over; nobody may write to it afterwards.
    FrozenMap(Map<String, T> content) {
        this.content = Collections.unmodifiableMap(content);
    }

    @Override
    public Set<Entry<String, T>> entrySet() {
        return content.entrySet();
    }

    @Override
    public @Nullable T get(@Nullable Object key) {
        return content.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return content.containsKey(key);
    }
}
