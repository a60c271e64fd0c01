package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.FederationState;

/// Mesh gateways of all datacenters.
public final class FederationStateTable {
    /// By datacenter.
    public static final Index<FederationState> BY_DATACENTER = Index.of("federation-states by datacenter",
            row -> Keys.of(row.datacenter()));
    /// The table.
    public static final Table<FederationState> TABLE = Table.of("federation-states", BY_DATACENTER);

    private FederationStateTable() {}
}
