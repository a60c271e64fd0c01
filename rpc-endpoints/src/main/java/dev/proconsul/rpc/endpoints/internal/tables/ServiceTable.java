package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import java.util.List;

/// Instances of services.
public final class ServiceTable {
    /// By node and id.
    public static final Index<ServiceRow> BY_ID = Index.of("services by id",
            row -> Keys.of(row.node(), row.service().id()));
    /// By name.
    public static final Index<ServiceRow> BY_NAME = Index.of("services by name",
            row -> Keys.of(row.service().service()));
    /// By the name in the mesh, for those that are in the mesh.
    public static final Index<ServiceRow> BY_CONNECT = Index.ofAny("services by name in the mesh",
            row -> row.connectName().isEmpty() ? List.of() : List.of(Keys.of(row.connectName())));
    /// By kind.
    public static final Index<ServiceRow> BY_KIND = Index.of("services by kind",
            row -> Keys.of(row.service().kind()));
    /// The table.
    public static final Table<ServiceRow> TABLE = Table.of("services", BY_ID, BY_NAME, BY_CONNECT, BY_KIND);

    private ServiceTable() {}
}
