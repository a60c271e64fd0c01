package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.FederationStateTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DatacenterIndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.FederationStateQuery;
import dev.proconsul.rpc.structs.FederationStateResponse;
import dev.proconsul.rpc.structs.FederationStates;
import dev.proconsul.rpc.structs.IndexedFederationStates;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The service `FederationState`, as far as it reads: what other datacenters need to know is written by servers that
/// have some.
///
/// Source: Consul `agent/consul/federation_state_endpoint.go`.
public final class FederationStateEndpoint {
    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public FederationStateEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(FederationStates.GET, this::get),
                host.endpoint(FederationStates.LIST, this::list),
                host.endpoint(FederationStates.LIST_MESH_GATEWAYS, this::gateways));
    }

    private FederationStateResponse get(FederationStateQuery request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.OPERATOR, Access.READ, Authorizer.UNNAMED);
        return host.queries().ask(FederationStates.GET, request, caller, state -> {
            var found = state.get(FederationStateTable.BY_DATACENTER, Keys.of(request.targetDatacenter()));
            long index = state.unwatched().entry(FederationStateTable.TABLE);
            return found == null ? Result.notFound(index, FederationStateResponse.ZERO)
                    : Result.found(found.raftIndex().modifyIndex(), FederationStateResponse.ZERO.withState(found));
        });
    }

    private IndexedFederationStates list(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.OPERATOR, Access.READ, Authorizer.UNNAMED);
        return host.queries().ask(FederationStates.LIST, request, caller, state -> {
            long index = state.entry(FederationStateTable.TABLE);
            return Result.found(index, IndexedFederationStates.ZERO
                    .withStates(Rows.list(state.unwatched().all(FederationStateTable.TABLE))));
        });
    }

    private DatacenterIndexedCheckServiceNodes gateways(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(FederationStates.LIST_MESH_GATEWAYS, request, caller, state -> {
            long index = state.entry(FederationStateTable.TABLE);
            boolean removed = false;
            Map<String, List<CheckServiceNode>> nodes = new TreeMap<>();
            for (var row : state.unwatched().all(FederationStateTable.TABLE)) {
                var seen = row.meshGateways().stream().filter(gateway -> mayRead(caller, gateway)).toList();
                removed |= seen.size() < row.meshGateways().size();
                if (!seen.isEmpty()) {
                    nodes.put(row.datacenter(), seen);
                }
            }
            return Result.found(index, DatacenterIndexedCheckServiceNodes.ZERO.withDatacenterNodes(nodes))
                    .filtered(removed);
        });
    }

    private static boolean mayRead(Authorizer caller, CheckServiceNode row) {
        var node = row.node();
        var service = row.service();
        return node != null && service != null && caller.may(Resource.NODE, Access.READ, node.node())
                && caller.may(Resource.SERVICE, Access.READ, service.service());
    }
}
