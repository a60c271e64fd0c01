package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;

/// Traces of deleted keys and values.
public final class TombstoneTable {
    /// By key or prefix.
    public static final Index<Tombstone> BY_KEY = Index.of("tombstones by key", row -> Keys.exact(row.key()));
    /// The table.
    public static final Table<Tombstone> TABLE = Table.of("tombstones", BY_KEY);

    private TombstoneTable() {}
}
