package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.GatewayService;

/// Which gateway serves which service. Follows from config entries and from services.
public final class GatewayServiceTable {
    /// By gateway, service and port.
    public static final Index<GatewayService> BY_GATEWAY = Index.of("gateway-services by gateway",
            row -> Keys.of(row.gateway().name(), row.service().name(), Long.toString(row.port())));
    /// By service.
    public static final Index<GatewayService> BY_SERVICE = Index.of("gateway-services by service",
            row -> Keys.of(row.service().name()));
    /// The table.
    public static final Table<GatewayService> TABLE = Table.of("gateway-services", BY_GATEWAY, BY_SERVICE);

    private GatewayServiceTable() {}
}
