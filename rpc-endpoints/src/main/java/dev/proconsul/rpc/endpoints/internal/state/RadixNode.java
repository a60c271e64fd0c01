package dev.proconsul.rpc.endpoints.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One node of a [RadixTree]: the bytes on the edge that leads here, perhaps a value, and the nodes below.
///
/// Immutable. Children are sorted by the first byte of their label, unsigned; no two share it. Only the root has an
/// empty label, and only the root may have neither a value nor two children.
///
/// In a large tree hardly any node lies in the processor's caches, and a look at one costs more than everything that
/// is done with it. So a node knows how its children begin: a way down looks at no node beside it. And where all of a
/// child is one byte and a value, there is only the value.
///
/// The methods that change something return another node and share the rest.
final class RadixNode<V> {
    private static final byte[] NO_BYTES = {};
    private static final Object[] NO_CHILDREN = {};
    private static final byte[][] SINGLE_BYTES = new byte[256][];

    static {
        for (int i = 0; i < SINGLE_BYTES.length; i++) {
            SINGLE_BYTES[i] = new byte[] {(byte) i};
        }
    }

    /// The label, and behind it the first byte of each child's label.
    private final byte[] bytes;
    private final int labelLength;
    final @Nullable V value;
    /// Nodes; or the value alone of one that has a label of one byte, which stands in `bytes`, and nothing below.
    private final Object[] children;

    private RadixNode(byte[] bytes, int labelLength, @Nullable V value, Object[] children) {
        this.bytes = bytes;
        this.labelLength = labelLength;
        this.value = value;
        this.children = children;
    }

    static <V> RadixNode<V> emptyRoot() {
        return new RadixNode<>(NO_BYTES, 0, null, NO_CHILDREN);
    }

    static <V> RadixNode<V> leaf(byte[] key, int from, V value) {
        return new RadixNode<>(Arrays.copyOfRange(key, from, key.length), key.length - from, value, NO_CHILDREN);
    }

    int labelLength() {
        return labelLength;
    }

    /// The byte by which the parent knows this node.
    byte first() {
        return bytes[0];
    }

    void copyLabel(byte[] to, int at) {
        System.arraycopy(bytes, 0, to, at, labelLength);
    }

    int childCount() {
        return children.length;
    }

    @SuppressWarnings("unchecked") // only nodes of V and values are ever put in, and a value is no node
    RadixNode<V> childAt(int position) {
        var child = children[position];
        if (child instanceof RadixNode<?>) {
            return (RadixNode<V>) child;
        }
        return new RadixNode<>(single(firstOf(position)), 1, (V) child, NO_CHILDREN);
    }

    /// The value of a child that is nothing else; null when there is a node.
    @SuppressWarnings("unchecked") // see #childAt
    @Nullable V valueAlone(int position) {
        var child = children[position];
        return child instanceof RadixNode<?> ? null : (V) child;
    }

    /// The byte by which this node knows a child.
    byte firstOf(int position) {
        return bytes[labelLength + position];
    }

    @Nullable RadixNode<V> child(byte first) {
        int position = position(first);
        return position < 0 ? null : childAt(position);
    }

    /// The value of a key that begins behind the label of this node.
    @SuppressWarnings("unchecked") // see #childAt
    @Nullable V get(byte[] key) {
        var node = this;
        int at = 0;
        while (at < key.length) {
            int position = node.position(key[at]);
            if (position < 0) {
                return null;
            }
            var child = node.children[position];
            if (!(child instanceof RadixNode<?>)) {
                return at == key.length - 1 ? (V) child : null;
            }
            node = (RadixNode<V>) child;
            if (node.common(key, at) < node.labelLength) {
                return null;
            }
            at += node.labelLength;
        }
        return node.value;
    }

    /// How many bytes of the label `key` has from `at` on.
    int common(byte[] key, int at) {
        int end = Math.min(labelLength, key.length - at);
        int mismatch = Arrays.mismatch(bytes, 0, end, key, at, at + end);
        return mismatch < 0 ? end : mismatch;
    }

    RadixNode<V> withValue(@Nullable V next) {
        return new RadixNode<>(bytes, labelLength, next, children);
    }

    /// This node with another value in the place of one that stands alone; null when there is none under this byte.
    @Nullable RadixNode<V> withValueAlone(byte first, V next) {
        int position = position(first);
        if (position < 0 || children[position] instanceof RadixNode<?>) {
            return null;
        }
        return withChildAt(position, next);
    }

    /// This node with `next` in the place of the child that begins with the same byte, or as a new child.
    RadixNode<V> withChild(RadixNode<V> next) {
        int position = position(next.first());
        if (position >= 0) {
            return withChildAt(position, next.asChild());
        }
        int insertion = -position - 1;
        var more = Arrays.copyOf(children, children.length + 1);
        System.arraycopy(children, insertion, more, insertion + 1, children.length - insertion);
        more[insertion] = next.asChild();
        byte[] known = Arrays.copyOf(bytes, bytes.length + 1);
        int at = labelLength + insertion;
        System.arraycopy(bytes, at, known, at + 1, bytes.length - at);
        known[at] = next.first();
        return new RadixNode<>(known, labelLength, value, more);
    }

    /// Most nodes stand right above leaves, too many for the caches. One that is made anew takes its bytes along, so
    /// that all of it lies in one place.
    private RadixNode<V> withChildAt(int position, Object next) {
        var changed = children.clone();
        changed[position] = next;
        boolean aboveLeaf = !(next instanceof RadixNode<?> node) || node.children.length == 0;
        return new RadixNode<>(aboveLeaf ? bytes.clone() : bytes, labelLength, value, changed);
    }

    RadixNode<V> withoutChild(byte first) {
        int position = position(first);
        var fewer = NO_CHILDREN;
        if (children.length > 1) {
            fewer = Arrays.copyOf(children, children.length - 1);
            System.arraycopy(children, position + 1, fewer, position, fewer.length - position);
        }
        byte[] known = Arrays.copyOf(bytes, bytes.length - 1);
        int at = labelLength + position;
        System.arraycopy(bytes, at + 1, known, at, known.length - at);
        return new RadixNode<>(known, labelLength, value, fewer);
    }

    /// A node with the first `length` bytes of this label, and the rest of this node below it.
    RadixNode<V> split(int length) {
        byte[] known = Arrays.copyOf(bytes, length + 1); // one more: how the rest begins
        byte[] others = Arrays.copyOfRange(bytes, length, bytes.length);
        var rest = new RadixNode<>(others, labelLength - length, value, children);
        return new RadixNode<>(known, length, null, new Object[] {rest.asChild()});
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
        byte[] joined = Arrays.copyOf(bytes, labelLength + only.bytes.length);
        System.arraycopy(only.bytes, 0, joined, labelLength, only.bytes.length);
        return new RadixNode<>(joined, labelLength + only.labelLength, only.value, only.children);
    }

    /// True when the two have the same value and the same nodes below: the same objects, for nothing is changed in
    /// place, and splitting or joining an edge keeps both.
    boolean sameBelow(RadixNode<?> other) {
        return value == other.value && children == other.children;
    }

    /// True when the two have the same label from some place in each on.
    boolean sameLabel(int from, RadixNode<?> other, int otherFrom) {
        return Arrays.equals(bytes, from, labelLength, other.bytes, otherFrom, other.labelLength);
    }

    /// What a parent keeps of this node.
    private Object asChild() {
        return labelLength == 1 && value != null && children.length == 0 ? value : this;
    }

    private static byte[] single(byte label) {
        return SINGLE_BYTES[label & 0xff];
    }

    private int position(byte first) {
        int low = labelLength;
        int high = bytes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Byte.compareUnsigned(bytes[middle], first);
            if (order == 0) {
                return middle - labelLength;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return labelLength - low - 1;
    }
}
