package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.RegisterRequest;
import java.util.ArrayList;
import java.util.List;

/// The service `Catalog`: nodes, services and checks as they are registered. What it reads is in [CatalogQueries].
///
/// Source: Consul `agent/consul/catalog_endpoint.go`.
public final class CatalogEndpoint {
    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public CatalogEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        var rows = new ArrayList<Endpoint<?, ?>>(new CatalogQueries(host).rows());
        rows.add(host.endpoint(Catalog.REGISTER, Registration::refusePeers, this::register));
        rows.add(host.endpoint(Catalog.DEREGISTER, this::deregister));
        // Never forwarded, and nobody needs a token: this is how callers find out where to send things.
        rows.add(new Endpoint<>(Catalog.LIST_DATACENTERS, (_, _) -> host.datacenters()));
        return rows;
    }

    private Empty register(RegisterRequest request, Authorizer caller) throws RpcException, InterruptedException {
        host.apply(Commands.REGISTER, Registration.prepared(host.store().current(), request, caller));
        return Empty.ZERO;
    }

    private Empty deregister(DeregisterRequest request, Authorizer caller) throws RpcException, InterruptedException {
        if (request.node().isEmpty()) {
            throw new RpcException("Must provide node");
        }
        if (!caller.may(Resource.NODE, Access.WRITE, request.node())) {
            vet(request, caller);
        }
        host.apply(Commands.DEREGISTER, request);
        return Empty.ZERO;
    }

    /// Who may not write the node may still remove what is his own on it.
    private void vet(DeregisterRequest request, Authorizer caller) throws RpcException {
        var state = host.store().current();
        if (!request.serviceID().isEmpty()) {
            var service = state.get(ServiceTable.BY_ID, Keys.of(request.node(), request.serviceID()));
            if (service == null) {
                throw new RpcException("Unknown service ID '" + request.serviceID() + "'");
            }
            caller.require(Resource.SERVICE, Access.WRITE, service.service().service());
        } else if (!request.checkID().isEmpty()) {
            var check = state.get(CheckTable.BY_ID, Keys.of(request.node(), request.checkID()));
            if (check == null) {
                throw new RpcException("Unknown check ID '" + request.checkID() + "'");
            }
            var service = check.serviceName();
            caller.require(service.isEmpty() ? Resource.NODE : Resource.SERVICE, Access.WRITE,
                    service.isEmpty() ? request.node() : service);
        } else {
            throw caller.denied(Resource.NODE, Access.WRITE, request.node());
        }
    }
}
