package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A walk through the keys of a [RadixTree] in order, which finds each key when it is asked for.
///
/// Threads: for one thread. The tree cannot change under it, so there is nothing to close.
final class RadixCursor<V> {
    /// The nodes from the start of the walk to the place that was reached, as far as there are others below them.
    private final List<Step<V>> steps = new ArrayList<>();
    private byte[] path;
    private int reached;
    private @Nullable RadixNode<V> top;
    private @Nullable V value;

    /// A walk through `top` and what is below it; `before` are the bytes on the way there.
    RadixCursor(@Nullable RadixNode<V> top, byte[] before) {
        this.top = top;
        path = before;
        reached = before.length;
    }

    /// Goes to the next key; false when there is none.
    boolean advance() {
        value = null;
        var first = top;
        top = null;
        if (first != null) {
            enter(first);
        }
        while (value == null && !steps.isEmpty()) {
            var step = steps.getLast();
            if (step.nextChild == step.node.childCount()) {
                steps.removeLast();
                continue;
            }
            int child = step.nextChild++;
            reached = step.end;
            value = step.node.valueAlone(child);
            if (value == null) {
                enter(step.node.childAt(child));
            } else {
                room(1)[reached++] = step.node.firstOf(child);
            }
        }
        return value != null;
    }

    /// A copy of the key that was reached.
    byte[] key() {
        return Arrays.copyOf(path, reached);
    }

    V value() {
        if (value == null) {
            throw new IllegalStateException("not at a key");
        }
        return value;
    }

    /// The values of the keys that are left.
    Iterator<V> values() {
        return new Iterator<>() {
            private boolean found = advance();

            @Override
            public boolean hasNext() {
                return found;
            }

            @Override
            public V next() {
                if (!found) {
                    throw new NoSuchElementException();
                }
                var here = value();
                found = advance();
                return here;
            }
        };
    }

    private void enter(RadixNode<V> node) {
        node.copyLabel(room(node.labelLength()), reached);
        reached += node.labelLength();
        value = node.value;
        if (node.childCount() > 0) {
            steps.add(new Step<>(node, reached));
        }
    }

    /// The path with room for more bytes.
    private byte[] room(int more) {
        if (reached + more > path.length) {
            path = Arrays.copyOf(path, Math.max(reached + more, 2 * path.length));
        }
        return path;
    }

    private static final class Step<V> {
        final RadixNode<V> node;
        final int end;
        int nextChild;

        Step(RadixNode<V> node, int end) {
            this.node = node;
            this.end = end;
        }
    }
}
