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
    /// The nodes from the start of the walk to the place that was reached.
    private final List<Step<V>> steps = new ArrayList<>();
    private final int start;
    private byte[] path;
    private @Nullable RadixNode<V> top;
    private @Nullable V value;

    /// A walk through `top` and what is below it; `before` are the bytes on the way there.
    RadixCursor(@Nullable RadixNode<V> top, byte[] before) {
        this.top = top;
        path = before;
        start = before.length;
    }

    /// Goes to the next key; false when there is none.
    boolean advance() {
        var node = top;
        top = null;
        if (node == null) {
            node = following();
        }
        while (node != null) {
            enter(node);
            value = node.value;
            if (value != null) {
                return true;
            }
            node = following();
        }
        value = null;
        return false;
    }

    /// A copy of the key that was reached.
    byte[] key() {
        return Arrays.copyOf(path, reached());
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

    private @Nullable RadixNode<V> following() {
        while (!steps.isEmpty()) {
            var step = steps.getLast();
            if (step.nextChild < step.node.childCount()) {
                return step.node.childAt(step.nextChild++);
            }
            steps.removeLast();
        }
        return null;
    }

    private void enter(RadixNode<V> node) {
        int at = reached();
        int end = at + node.labelLength();
        if (end > path.length) {
            path = Arrays.copyOf(path, Math.max(end, 2 * path.length));
        }
        node.copyLabel(path, at);
        steps.add(new Step<>(node, end));
    }

    private int reached() {
        return steps.isEmpty() ? start : steps.getLast().end;
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
