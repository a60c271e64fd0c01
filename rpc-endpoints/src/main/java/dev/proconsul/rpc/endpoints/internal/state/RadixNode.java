package dev.proconsul.rpc.endpoints.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One node of a [RadixTree]: the bytes on the edge that leads here, perhaps a value, and the nodes below.
///
/// Immutable. Children are sorted by the first byte of their label, unsigned; no two share it. Only the root has an
/// empty label, and only the root may have neither a value nor two children.
///
/// The methods that change something return another node and share the rest.
final class RadixNode<V> {
    private static final byte[] NO_BYTES = {};
    private static final RadixNode<?>[] NO_CHILDREN = {};

    final byte[] label;
    final @Nullable V value;
    private final RadixNode<?>[] children;

    private RadixNode(byte[] label, @Nullable V value, RadixNode<?>[] children) {
        this.label = label;
        this.value = value;
        this.children = children;
    }

    static <V> RadixNode<V> emptyRoot() {
        return new RadixNode<>(NO_BYTES, null, NO_CHILDREN);
    }

    static <V> RadixNode<V> leaf(byte[] key, int from, V value) {
        return new RadixNode<>(Arrays.copyOfRange(key, from, key.length), value, NO_CHILDREN);
    }

    int childCount() {
        return children.length;
    }

    @SuppressWarnings("unchecked") // only nodes of V are ever put in; an array of a type variable cannot be made
    RadixNode<V> childAt(int position) {
        return (RadixNode<V>) children[position];
    }

    @Nullable RadixNode<V> child(byte first) {
        int position = position(first);
        return position < 0 ? null : childAt(position);
    }

    /// How many bytes of the label `key` has from `at` on.
    int common(byte[] key, int at) {
        int end = Math.min(label.length, key.length - at);
        int mismatch = Arrays.mismatch(label, 0, end, key, at, at + end);
        return mismatch < 0 ? end : mismatch;
    }

    RadixNode<V> withValue(@Nullable V next) {
        return new RadixNode<>(label, next, children);
    }

    /// This node with `next` in the place of the child that begins with the same byte, or as a new child.
    RadixNode<V> withChild(RadixNode<V> next) {
        int position = position(next.label[0]);
        RadixNode<?>[] changed;
        if (position >= 0) {
            changed = children.clone();
            changed[position] = next;
        } else {
            int insertion = -position - 1;
            changed = Arrays.copyOf(children, children.length + 1);
            System.arraycopy(children, insertion, changed, insertion + 1, children.length - insertion);
            changed[insertion] = next;
        }
        return new RadixNode<>(label, value, changed);
    }

    RadixNode<V> withoutChild(byte first) {
        int position = position(first);
        RadixNode<?>[] changed = NO_CHILDREN;
        if (children.length > 1) {
            changed = Arrays.copyOf(children, children.length - 1);
            System.arraycopy(children, position + 1, changed, position, changed.length - position);
        }
        return new RadixNode<>(label, value, changed);
    }

    /// A node with the first `length` bytes of this label, and the rest of this node below it.
    RadixNode<V> split(int length) {
        var rest = new RadixNode<>(Arrays.copyOfRange(label, length, label.length), value, children);
        return new RadixNode<>(Arrays.copyOf(label, length), null, new RadixNode<?>[] {rest});
    }

    /// This node as it may stand below another: nothing when it is empty, joined to its child when it only leads there.
    @Nullable RadixNode<V> compact() {
        if (value != null || children.length > 1) {
            return this;
        }
        if (children.length == 0) {
            return null;
        }
        var only = childAt(0);
        byte[] joined = Arrays.copyOf(label, label.length + only.label.length);
        System.arraycopy(only.label, 0, joined, label.length, only.label.length);
        return new RadixNode<>(joined, only.value, only.children);
    }

    /// True when the two have the same value and the same nodes below: the same objects, for nothing is changed in
    /// place, and splitting or joining an edge keeps both.
    boolean sameBelow(RadixNode<?> other) {
        return value == other.value && children == other.children;
    }

    private int position(byte first) {
        int low = 0;
        int high = children.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Byte.compareUnsigned(children[middle].label[0], first);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
