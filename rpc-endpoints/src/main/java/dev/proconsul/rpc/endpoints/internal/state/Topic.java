package dev.proconsul.rpc.endpoints.internal.state;

/// What a query has read and a write can change: one key of a table, or all keys under a prefix.
///
/// An absent key is a topic like any other; the prefix "" is the whole table. Immutable.
public final class Topic {
    private final Table table;
    private final byte[] bytes;
    private final boolean subtree;

    private Topic(Table table, byte[] bytes, boolean subtree) {
        this.table = table;
        this.bytes = bytes;
        this.subtree = subtree;
    }

    static Topic key(Table table, byte[] key) {
        return new Topic(table, key, false);
    }

    static Topic under(Table table, byte[] prefix) {
        return new Topic(table, prefix, true);
    }

    Table table() {
        return table;
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
        var here = one.rows(table);
        var there = other.rows(table);
        return subtree ? !here.sameUnder(bytes, there) : here.get(bytes) != there.get(bytes);
    }
}
