package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.CAConfiguration;

/// How certificates of the mesh are made: one row, or none.
public final class CaConfigTable {
    /// The one row.
    public static final Index<CAConfiguration> ONLY = Index.of("connect-ca-config",
            _ -> Keys.NONE);
    /// The table.
    public static final Table<CAConfiguration> TABLE = Table.of("connect-ca-config", ONLY);

    private CaConfigTable() {}
}
