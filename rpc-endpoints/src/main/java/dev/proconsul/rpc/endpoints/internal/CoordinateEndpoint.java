package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.CoordinateTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.Coord;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.CoordinateUpdateRequest;
import dev.proconsul.rpc.structs.Coordinates;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DatacenterMap;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.IndexedCoordinates;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// The service `Coordinate`: where nodes are in the network.
///
/// Source: Consul `agent/consul/coordinate_endpoint.go`.
final class CoordinateEndpoint {
    private static final int DIMENSIONS = 8;
    private static final String WAN = "wan";
    /// Where a server is that has not measured anything: serf's coordinate of a new node.
    private static final Coord ORIGIN = new Coord(Collections.nCopies(DIMENSIONS, 0.0), 1.5, 0, 1.0e-5);

    private final Host host;
    private final CoordinateUpdates updates;

    CoordinateEndpoint(Host host, CoordinateUpdates updates) {
        this.host = host;
        this.updates = updates;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Coordinates.UPDATE, this::update),
                new Endpoint<>(Coordinates.LIST_DATACENTERS, (_, _) -> listDatacenters()),
                host.endpoint(Coordinates.LIST_NODES, this::listNodes),
                host.endpoint(Coordinates.NODE, this::node));
    }

    private Empty update(CoordinateUpdateRequest request, Authorizer caller) throws RpcException {
        var coord = request.coord();
        if (coord == null || !isFinite(coord)) {
            throw new RpcException("invalid coordinate");
        }
        if (coord.vec().size() != DIMENSIONS) {
            throw new RpcException("incompatible coordinate");
        }
        if (!request.segment().isEmpty()) {
            throw new RpcException("Network segments are not supported in this version of Consul");
        }
        caller.require(Resource.NODE, Access.WRITE, request.node());
        updates.add(new Coordinate(request.node(), request.segment(), "", coord));
        return Empty.ZERO;
    }

    private static boolean isFinite(Coord coord) {
        return Stream.concat(coord.vec().stream(), Stream.of(coord.error(), coord.adjustment(), coord.height()))
                .allMatch(Double::isFinite);
    }

    /// This server's datacenter is the only one, and nobody has measured how far its servers are.
    private List<DatacenterMap> listDatacenters() {
        var servers = host.consensus().peers().stream()
                .map(server -> new Coordinate(server.node(), "", "", ORIGIN)).toList();
        return List.of(new DatacenterMap(host.datacenter(), WAN, servers));
    }

    private IndexedCoordinates listNodes(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Coordinates.LIST_NODES, request, caller, state -> {
            long index = state.entry(CoordinateTable.TABLE);
            var rows = Rows.list(state.unwatched().all(CoordinateTable.TABLE));
            var allowed = Filtered.of(rows.isEmpty() ? Nil.<Coordinate>list() : rows,
                    row -> Readable.coordinate(caller, row));
            return Result.found(index, IndexedCoordinates.ZERO.withCoordinates(allowed.rows()))
                    .filtered(allowed.removed());
        });
    }

    private IndexedCoordinates node(NodeSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.NODE, Access.READ, request.node());
        return host.queries().ask(Coordinates.NODE, request, caller, state -> {
            var rows = Rows.list(state.under(CoordinateTable.BY_NODE, Keys.of(request.node())));
            return Result.found(state.unwatched().entry(CoordinateTable.TABLE),
                    IndexedCoordinates.ZERO.withCoordinates(rows.isEmpty() ? Nil.list() : rows));
        });
    }
}
