package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CoordinateTable;
import dev.proconsul.rpc.structs.Coordinate;
import java.util.List;

/// Coordinates of nodes; those of unknown nodes are dropped.
///
/// Source: Consul `agent/consul/state/coordinate.go`.
final class CoordinateWrites {
    private CoordinateWrites() {}

    static Object update(Transaction state, List<Coordinate> batch) throws RpcException {
        for (var coordinate : batch) {
            if (coordinate.coord() != null && NodeWrites.find(state, coordinate.node()) != null) {
                state.put(CoordinateTable.TABLE, coordinate);
            }
        }
        return Nothing.NOTHING;
    }
}
