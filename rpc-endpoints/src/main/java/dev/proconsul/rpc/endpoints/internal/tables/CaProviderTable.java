package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.CAConsulProviderState;

/// What the built-in certificate authority remembers, its keys included.
public final class CaProviderTable {
    /// By id of the provider.
    public static final Index<CAConsulProviderState> BY_ID = Index.of("connect-ca-builtin by id",
            row -> Keys.of(row.id()));
    /// The table.
    public static final Table<CAConsulProviderState> TABLE = Table.of("connect-ca-builtin", BY_ID);

    private CaProviderTable() {}
}
