package dev.proconsul.rpc.structs;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An immutable map that keeps its order and that a record's constructor can take without copying it again.
abstract sealed class FrozenMap<T extends @Nullable Object> extends AbstractMap<String, T> {
    /// Copies a map.
    static <T extends @Nullable Object> FrozenMap<T> copyOf(Map<String, T> map) {
        if (map.size() > Few.MOST) {
            return new Many<>(new LinkedHashMap<>(map));
        }
        Few<T> few = new Few<>(map.size());
        map.forEach(few::set);
        return few;
    }

    /// A map of any size, which takes another one over; nobody may write to that afterwards.
    static final class Many<T extends @Nullable Object> extends FrozenMap<T> {
        private final Map<String, T> content;

        Many(Map<String, T> content) {
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

    /// A map of a few entries, as most on the wire: an array, searched from the start.
    static final class Few<T extends @Nullable Object> extends FrozenMap<T> {
        static final int MOST = 8;

        private final Entry<String, T>[] entries;
        private int size; // does not change once the map was handed out

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
        Few(int capacity) {
            entries = new Entry[capacity];
        }

        /// Adds an entry, or takes the place of an equal key's; for whoever makes the map.
        void set(String key, T value) {
            int place = find(key);
            entries[place] = new SimpleImmutableEntry<>(key, value);
            if (place == size) {
                size++;
            }
        }

        /// The place of a key, or the size if it is not there.
        private int find(@Nullable Object key) {
            for (int i = 0; i < size; i++) {
                if (entries[i].getKey().equals(key)) {
                    return i;
                }
            }
            return size;
        }

        @Override
        public @Nullable T get(@Nullable Object key) {
            int place = find(key);
            return place == size ? null : entries[place].getValue();
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return find(key) < size;
        }

        @Override
        public Set<Entry<String, T>> entrySet() {
            return new EntrySet();
        }

        private final class EntrySet extends AbstractSet<Entry<String, T>> {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<String, T>> iterator() {
                return new EntryIterator();
            }
        }

        private final class EntryIterator implements Iterator<Entry<String, T>> {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Entry<String, T> next() {
                if (next == size) {
                    throw new NoSuchElementException();
                }
                return entries[next++];
            }
        }
    }
}
