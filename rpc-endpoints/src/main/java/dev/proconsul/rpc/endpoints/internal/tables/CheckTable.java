package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.HealthCheck;
import java.util.List;

/// Checks of nodes and of services.
public final class CheckTable {
    /// By node and id.
    public static final Index<HealthCheck> BY_ID = Index.of("checks by id", row -> Keys.of(row.node(), row.checkID()));
    /// By status.
    public static final Index<HealthCheck> BY_STATUS = Index.of("checks by status", row -> Keys.of(row.status()));
    /// By the name of the service, for checks of services.
    public static final Index<HealthCheck> BY_SERVICE = Index.ofAny("checks by service",
            row -> row.serviceName().isEmpty() ? List.of() : List.of(Keys.of(row.serviceName())));
    /// By node and instance; the instance is "" for checks of the node.
    public static final Index<HealthCheck> BY_INSTANCE = Index.of("checks by instance",
            row -> Keys.of(row.node(), row.serviceID()));
    /// The table.
    public static final Table<HealthCheck> TABLE = Table.of("checks", BY_ID, BY_STATUS, BY_SERVICE, BY_INSTANCE);

    private CheckTable() {}
}
