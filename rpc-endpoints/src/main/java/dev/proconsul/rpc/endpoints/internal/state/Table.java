package dev.proconsul.rpc.endpoints.internal.state;

/// The tables of a [Version]: what can be watched, and what has an index entry.
///
/// The index entry of a table is the log index of the last write that changed it.
/// Source: Consul `agent/consul/state`.
public enum Table {
    /// KV entries by key.
    KVS("kvs"),
    /// What is left of deleted KV entries: the key or prefix, and when.
    TOMBSTONES("tombstones"),
    /// Sessions by id.
    SESSIONS("sessions");

    private final byte[] entry;

    Table(String entry) {
        this.entry = Keys.exact(entry);
    }

    /// The key of this table's index entry.
    byte[] entry() {
        return entry;
    }
}
