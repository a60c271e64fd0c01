package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Coord;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.CoordinateUpdateRequest;
import dev.proconsul.rpc.structs.Coordinates;
import dev.proconsul.rpc.structs.DatacenterMap;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.IndexedCoordinates;
import java.util.List;

/// The service `Coordinate`: where nodes are in the network, as measured by round trips.
public final class CoordinateClient {
    private final Ask ask;

    CoordinateClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public CoordinateClient with(CallOptions options) {
        return new CoordinateClient(ask.with(options));
    }

    /// Tells where a node is. The server keeps this for some seconds before it can be read.
    ///
    /// @param node  its name
    /// @param place its coordinate
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void update(String node, Coord place) throws CallException, InterruptedException {
        ask.call(Coordinates.UPDATE, new CoordinateUpdateRequest(ask.datacenter(), node, "", place, ask.write()));
    }

    /// {@return where the servers of all datacenters are}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<DatacenterMap> datacenters() throws CallException, InterruptedException {
        return ask.call(Coordinates.LIST_DATACENTERS, Empty.ZERO);
    }

    /// {@return where all nodes are}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Coordinate> nodes() throws CallException, InterruptedException {
        return ask.read(Coordinates.LIST_NODES, ask.here()).coordinates();
    }

    /// {@return where a node is, in each of its network segments; empty when that is not known}
    /// @param name of the node
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Coordinate> node(String name) throws CallException, InterruptedException {
        return ask.read(Coordinates.NODE, ask.node(name)).coordinates();
    }

    /// {@return a watch of where all nodes are, to be closed by the caller}
    public Watch<List<Coordinate>> watchNodes() {
        return ask.watch(Coordinates.LIST_NODES, ask.here(), IndexedCoordinates::coordinates);
    }
}
