package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A sorted map from byte strings to values that never changes: a change makes another tree, which shares all but the
/// nodes on the way to the change.
///
/// ```
///   "t/a" "t/b/c" "t/b/d"             ()
///                                     |
///                                    "t/"
///                                   /    \
///                                 "a"   "b/"
///                                       /  \
///                                     "c"  "d"
/// ```
///
/// Keys are in the order of their unsigned bytes; a key comes before those that it is a prefix of. All work is done
/// without recursion, because the depth of the tree is in the hands of whoever chooses the keys.
///
/// Threads: immutable, free to share. Keys that are passed in are not kept.
///
/// @param <V> type of the values, which are never null
public final class RadixTree<V> {
    private final RadixNode<V> root;
    private final int size;

    private RadixTree(RadixNode<V> root, int size) {
        this.root = root;
        this.size = size;
    }

    /// Makes a tree without keys.
    /// @param <V> type of the values
    /// @return the tree
    public static <V> RadixTree<V> empty() {
        return new RadixTree<>(RadixNode.emptyRoot(), 0);
    }

    /// {@return the number of keys}
    public int size() {
        return size;
    }

    /// {@return true when there is no key}
    public boolean isEmpty() {
        return size == 0;
    }

    /// Looks a key up.
    /// @param key the key
    /// @return its value, or null when it is absent
    public @Nullable V get(byte[] key) {
        return root.get(key);
    }

    /// Adds a key or replaces its value.
    /// @param key   the key
    /// @param value its value
    /// @return a tree with it
    public RadixTree<V> with(byte[] key, V value) {
        var path = new ArrayList<RadixNode<V>>();
        var node = root;
        int at = 0;
        while (at < key.length) {
            var same = at == key.length - 1 ? node.withValueAlone(key[at], value) : null;
            if (same != null) {
                return replaced(path, same, size);
            }
            var child = node.child(key[at]);
            if (child == null) {
                return replaced(path, node.withChild(RadixNode.leaf(key, at, value)), size + 1);
            }
            path.add(node);
            int common = child.common(key, at);
            if (common < child.labelLength()) {
                var fork = child.split(common);
                at += common;
                var changed = at == key.length
                        ? fork.withValue(value) : fork.withChild(RadixNode.leaf(key, at, value));
                return replaced(path, changed, size + 1);
            }
            at += common;
            node = child;
        }
        return replaced(path, node.withValue(value), node.value == null ? size + 1 : size);
    }

    /// Removes a key.
    /// @param key the key
    /// @return a tree without it; this one when it is absent
    public RadixTree<V> without(byte[] key) {
        var path = new ArrayList<RadixNode<V>>();
        var node = root;
        int at = 0;
        while (at < key.length) {
            path.add(node);
            node = node.child(key[at]);
            if (node == null || node.common(key, at) < node.labelLength()) {
                return this;
            }
            at += node.labelLength();
        }
        return node.value == null ? this : removed(path, node, node.withValue(null), size - 1);
    }

    /// Removes all keys that begin with some bytes.
    /// @param prefix the bytes; none means all keys
    /// @return a tree without them; this one when there are none
    public RadixTree<V> withoutPrefix(byte[] prefix) {
        if (prefix.length == 0) {
            return isEmpty() ? this : empty();
        }
        var path = new ArrayList<RadixNode<V>>();
        var node = root;
        int at = 0;
        while (at < prefix.length) {
            path.add(node);
            node = node.child(prefix[at]);
            if (node == null) {
                return this;
            }
            int common = node.common(prefix, at);
            at += common;
            if (common < node.labelLength() && at < prefix.length) {
                return this;
            }
        }
        int gone = 0;
        for (var cursor = new RadixCursor<>(node, new byte[0]); cursor.advance();) {
            gone++;
        }
        return removed(path, node, null, size - gone);
    }

    /// A cursor before the first of the keys that begin with the prefix.
    RadixCursor<V> cursor(byte[] prefix) {
        var top = locate(prefix);
        return top == null ? new RadixCursor<>(null, prefix) : new RadixCursor<>(top.node, top.before(prefix));
    }

    /// Calls for each key that begins with some bytes, in order.
    /// @param prefix the bytes; none means all keys
    /// @param action gets a key, which it may keep, and its value
    public void forEach(byte[] prefix, BiConsumer<byte[], ? super V> action) {
        for (var cursor = cursor(prefix); cursor.advance();) {
            action.accept(cursor.key(), cursor.value());
        }
    }

    /// Gives the values of the keys that begin with some bytes, in the order of the keys, found while iterating.
    /// @param prefix the bytes; none means all keys
    /// @return the values
    public Iterable<V> values(byte[] prefix) {
        return () -> cursor(prefix).values();
    }

    /// Calls for the value of each key that is a prefix of some bytes, the shortest first; the bytes themselves count.
    /// @param path   the bytes
    /// @param action gets the values
    public void forEachOnPath(byte[] path, Consumer<? super V> action) {
        RadixNode<V> node = root;
        int at = 0;
        while (node != null && node.common(path, at) == node.labelLength()) {
            at += node.labelLength();
            var value = node.value;
            if (value != null) {
                action.accept(value);
            }
            node = at < path.length ? node.child(path[at]) : null;
        }
    }

    /// Tells whether two trees that come from one another have the same under a prefix, without going through it.
    /// @param prefix the bytes; none means the whole tree
    /// @param other  the other tree
    /// @return true when no key that begins with the bytes was added, removed or given another value object
    public boolean sameUnder(byte[] prefix, RadixTree<?> other) {
        if (root == other.root) {
            return true;
        }
        var here = locate(prefix);
        var there = other.locate(prefix);
        if (here == null || there == null) {
            return here == there;
        }
        return here.node.sameBelow(there.node) && here.node.sameLabel(here.matched, there.node, there.matched);
    }

    /// The topmost node whose keys all begin with the prefix.
    private @Nullable Top<V> locate(byte[] prefix) {
        var node = root;
        int at = 0;
        int common = 0;
        while (at < prefix.length) {
            node = node.child(prefix[at]);
            if (node == null) {
                return null;
            }
            common = node.common(prefix, at);
            at += common;
            if (common < node.labelLength() && at < prefix.length) {
                return null;
            }
        }
        return new Top<>(node, common);
    }

    private RadixTree<V> replaced(List<RadixNode<V>> path, RadixNode<V> changed, int newSize) {
        for (var parent : path.reversed()) {
            changed = parent.withChild(changed);
        }
        return new RadixTree<>(changed, newSize);
    }

    /// Rebuilds the way from a removed value or subtree up to the root; `left` is what stays of `node`.
    private RadixTree<V> removed(List<RadixNode<V>> path, RadixNode<V> node, @Nullable RadixNode<V> left, int newSize) {
        for (var parent : path.reversed()) {
            var compact = left == null ? null : left.compact();
            left = compact == null ? parent.withoutChild(node.first()) : parent.withChild(compact);
            node = parent;
        }
        return left == null ? empty() : new RadixTree<>(left, newSize);
    }

    private record Top<V>(RadixNode<V> node, int matched) {
        /// The bytes on the way to the node, without those of its own label.
        byte[] before(byte[] prefix) {
            return Arrays.copyOf(prefix, prefix.length - matched);
        }
    }
}
