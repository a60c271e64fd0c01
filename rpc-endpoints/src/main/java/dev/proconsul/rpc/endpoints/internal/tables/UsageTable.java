package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;

/// How many there are of something, counted with every change.
public final class UsageTable {
    /// By what is counted.
    public static final Index<UsageCount> BY_ID = Index.of("usage by id", row -> Keys.of(row.id()));
    /// The table.
    public static final Table<UsageCount> TABLE = Table.of("usage", BY_ID);

    private UsageTable() {}
}
