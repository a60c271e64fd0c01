package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.Coordinate;

/// Where nodes are in the network, one row for each segment.
public final class CoordinateTable {
    /// By node and segment.
    public static final Index<Coordinate> BY_NODE = Index.of("coordinates by node",
            row -> Keys.of(row.node(), row.segment()));
    /// The table.
    public static final Table<Coordinate> TABLE = Table.of("coordinates", BY_NODE);

    private CoordinateTable() {}
}
