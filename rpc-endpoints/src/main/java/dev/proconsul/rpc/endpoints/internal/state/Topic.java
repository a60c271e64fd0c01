package dev.proconsul.rpc.endpoints.internal.state;

/// What a query has read and a write can change: one key of an index, or all keys under a prefix.
///
/// An absent key is a topic like any other; the prefix "" is the whole index. Immutable.
public final class Topic {
    private final Index<?> index;
    private final byte[] bytes;
    private final boolean subtree;

    private Topic(Index<?> index, byte[] bytes, boolean subtree) {
        this.index = index;
        this.bytes = bytes;
        this.subtree = subtree;
    }

    static Topic key(Index<?> index, byte[] key) {
        return new Topic(index, key, false);
    }

    static Topic under(Index<?> index, byte[] prefix) {
        return new Topic(index, prefix, true);
    }

    static Topic entry(String name) {
        return key(Index.ENTRIES, Keys.exact(name));
    }

    Index<?> index() {
        return index;
    }

    byte[] bytes() {
        return bytes;
    }

    /// True for all keys under a prefix, false for one key.
    boolean isSubtree() {
        return subtree;
    }

    /// Tells whether the topic is not the same in two versions.
    ///
    /// Trees share what did not change, so comparing references is exact, and costs no more than a lookup.
    boolean differs(Version one, Version other) {
        var here = one.tree(index);
        var there = other.tree(index);
        return subtree ? !here.sameUnder(bytes, there) : here.get(bytes) != there.get(bytes);
    }
}
