package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.IndexedExportedServiceList;
import dev.proconsul.rpc.structs.IndexedPeeredServiceList;
import dev.proconsul.rpc.structs.IndexedServiceList;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.PartitionSpecificRequest;
import dev.proconsul.rpc.structs.ServiceDumpRequest;
import java.util.List;

/// What `Internal` tells of cluster peers. There are none here, so nothing is exported to them, and nothing imported.
///
/// Source: Consul `agent/consul/internal_endpoint.go`.
public final class PeerQueries {
    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public PeerQueries(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Internal.EXPORTED_PEERED_SERVICES, this::exported),
                host.endpoint(Internal.EXPORTED_SERVICES_FOR_PEER, this::exportedToOne),
                host.endpoint(Internal.PEERED_UPSTREAMS, this::upstreams));
    }

    private IndexedExportedServiceList exported(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Internal.EXPORTED_PEERED_SERVICES, request, caller, state ->
                Result.found(ConfigEntryReads.index(state), IndexedExportedServiceList.ZERO));
    }

    private IndexedServiceList exportedToOne(ServiceDumpRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Mesh.unless(!request.peerName().isEmpty(), "must provide PeerName");
        return host.queries().ask(Internal.EXPORTED_SERVICES_FOR_PEER, request, caller, state ->
                Result.found(ConfigEntryReads.index(state), IndexedServiceList.ZERO));
    }

    private IndexedPeeredServiceList upstreams(PartitionSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!caller.mayAny(Resource.SERVICE, Access.WRITE)) {
            caller.require(Resource.SERVICE, Access.WRITE, Authorizer.UNNAMED);
        }
        return host.queries().ask(Internal.PEERED_UPSTREAMS, request, caller, state ->
                Result.found(ConfigEntryReads.index(state), IndexedPeeredServiceList.ZERO));
    }
}
