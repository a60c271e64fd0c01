package dev.proconsul.rpc.endpoints.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The whole state after some command of the log: for every index of every table a tree, and the index entries.
///
/// As a [Reader] it is for those who do not wait for changes; [StateStore#view] is for the others.
///
/// Threads: immutable, free to share. It lives as long as somebody refers to it.
public final class Version implements Reader {
    static final Version EMPTY = fresh();

    /// By [Index#position]; shorter than the highest position, and null, where there never was a row.
    private final @Nullable RadixTree<?>[] trees;
    private final Object origin;

    private Version(@Nullable RadixTree<?>[] trees, Object origin) {
        this.trees = trees;
        this.origin = origin;
    }

    /// The first of a line of versions: it holds nothing, and continues no other.
    static Version fresh() {
        return new Version(new RadixTree<?>[0], new Object());
    }

    /// True when this version goes back to the same beginning, or the same restored snapshot, as another.
    /// @param other a version of the same store
    /// @return false when a snapshot was restored between the two, so that indexes of one mean nothing to the other
    public boolean continues(Version other) {
        return origin == other.origin;
    }

    /// The greatest index of any table; 0 when nothing was ever written.
    long lastIndex() {
        long last = 0;
        for (long index : tree(Index.ENTRIES).values(Keys.NONE)) {
            last = Math.max(last, index);
        }
        return last;
    }

    @Override
    public <R> @Nullable R get(Index<R> index, byte[] key) {
        return tree(index).get(key);
    }

    @Override
    public <R> Iterable<R> under(Index<R> index, byte[] prefix) {
        return tree(index).values(prefix);
    }

    @Override
    public long entry(String name) {
        var value = tree(Index.ENTRIES).get(Keys.exact(name));
        return value == null ? 0 : value;
    }

    @Override
    public Reader unwatched() {
        return this;
    }

    /// {@return the number of rows}
    /// @param table of this table
    public int size(Table<?> table) {
        return tree(table.primary()).size();
    }

    @SuppressWarnings("unchecked") // a tree of an index is only ever replaced by another tree of the same index
    <R> RadixTree<R> tree(Index<R> index) {
        var tree = index.position < trees.length ? trees[index.position] : null;
        return tree == null ? RadixTree.empty() : (RadixTree<R>) tree;
    }

    /// A change of some trees: another version, made once they are all changed. For one thread.
    static final class Changes {
        private final Object origin;
        private @Nullable RadixTree<?>[] trees;
        private boolean shared = true; // with a version

        Changes(Version before) {
            origin = before.origin;
            trees = before.trees;
        }

        @SuppressWarnings("unchecked") // see Version#tree
        <R> RadixTree<R> tree(Index<R> index) {
            var tree = index.position < trees.length ? trees[index.position] : null;
            return tree == null ? RadixTree.empty() : (RadixTree<R>) tree;
        }

        <R> void replace(Index<R> index, RadixTree<R> tree) {
            if (shared || index.position >= trees.length) {
                trees = Arrays.copyOf(trees, Math.max(trees.length, index.position + 1));
                shared = false;
            }
            trees[index.position] = tree;
        }

        Version version() {
            shared = true;
            return new Version(trees, origin);
        }
    }
}
