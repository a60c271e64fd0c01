package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.SystemMetadataEntry;

/// What servers remember about themselves.
public final class SystemMetadataTable {
    /// By key.
    public static final Index<SystemMetadataEntry> BY_KEY = Index.of("system-metadata by key",
            row -> Keys.of(row.key()));
    /// The table.
    public static final Table<SystemMetadataEntry> TABLE = Table.of("system-metadata", BY_KEY);

    private SystemMetadataTable() {}
}
