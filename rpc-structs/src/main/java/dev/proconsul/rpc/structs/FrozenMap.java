package dev.proconsul.rpc.structs;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
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
        Few.Builder<T> few = new Few.Builder<>(map.size());
        map.forEach(few::put);
        return few.build();
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

        private Few(Entry<String, T>[] entries) {
            this.entries = entries;
        }

        /// The place of a key, or the number of entries if it is not among them.
        private static int find(Entry<String, ?>[] entries, int size, @Nullable Object key) {
            for (int i = 0; i < size; i++) {
                if (entries[i].getKey().equals(key)) {
                    return i;
                }
            }
            return size;
        }

        @Override
        public @Nullable T get(@Nullable Object key) {
            int place = find(entries, entries.length, key);
            return place == entries.length ? null : entries[place].getValue();
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return find(entries, entries.length, key) < entries.length;
        }

        @Override
        public Set<Entry<String, T>> entrySet() {
            return new EntrySet();
        }

        private final class EntrySet extends AbstractSet<Entry<String, T>> {
            @Override
            public int size() {
                return entries.length;
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
                return next < entries.length;
            }

            @Override
            public Entry<String, T> next() {
                if (next == entries.length) {
                    throw new NoSuchElementException();
                }
                return entries[next++];
            }
        }

        /// Collects the entries, of which there may be fewer than announced.
        static final class Builder<T extends @Nullable Object> {
            private final Entry<String, T>[] entries;
            private int size;

            @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
            Builder(int capacity) {
                entries = new Entry[capacity];
            }

            /// Adds an entry, or takes the place of an equal key's.
            void put(String key, T value) {
                int place = find(entries, size, key);
                entries[place] = new SimpleImmutableEntry<>(key, value);
                if (place == size) {
                    size++;
                }
            }

            Few<T> build() {
                return new Few<>(size == entries.length ? entries : Arrays.copyOf(entries, size));
            }
        }
    }
}
