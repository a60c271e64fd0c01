package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.CARoot;

/// Root certificates of the mesh, the present one and those before it.
public final class CaRootTable {
    /// By id.
    public static final Index<CARoot> BY_ID = Index.of("connect-ca-roots by id",
            row -> Keys.of(row.id()));
    /// The table.
    public static final Table<CARoot> TABLE = Table.of("connect-ca-roots", BY_ID);

    private CaRootTable() {}
}
