package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.structs.GatewayService;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.IndexedServiceDump;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.ServiceInfo;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.ArrayList;
import java.util.List;

/// What `Internal` tells of gateways and the services behind them.
///
/// Source: Consul `agent/consul/internal_endpoint.go`.
final class GatewayQueries {
    private final Host host;

    GatewayQueries(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Internal.GATEWAY_SERVICE_DUMP, this::serviceDump),
                host.endpoint(Internal.SERVICE_GATEWAYS, this::serviceGateways));
    }

    private static void requireGateway(ServiceSpecificRequest request, Authorizer caller) throws RpcException {
        if (request.serviceName().isEmpty()) {
            throw new RpcException("Must provide gateway name");
        }
        caller.require(Resource.SERVICE, Access.READ, request.serviceName());
    }

    /// The instances behind a gateway; a service without instances is told as well.
    private IndexedServiceDump serviceDump(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        requireGateway(request, caller);
        return host.queries().ask(Internal.GATEWAY_SERVICE_DUMP, request, caller, state -> {
            long index = 0;
            var dump = new ArrayList<ServiceInfo>();
            for (var mapping : GatewayReads.of(state, request.serviceName())) {
                var found = ServiceReads.named(state, mapping.service().name(), true);
                index = Math.max(index, found.index());
                dump.addAll(behind(state, mapping));
            }
            index = Math.max(index, state.unwatched().entry(GatewayServiceTable.TABLE));
            var allowed = Filtered.of(dump.isEmpty() ? Nil.<ServiceInfo>list() : dump, row -> isReadable(row, caller));
            return Result.found(index, IndexedServiceDump.ZERO.withDump(allowed.rows())).filtered(allowed.removed());
        });
    }

    private static List<ServiceInfo> behind(Reader state, GatewayService mapping) {
        var instances = HealthReads.of(state, ServiceReads.named(state, mapping.service().name(), true)).value();
        if (instances.isEmpty()) {
            return List.of(new ServiceInfo(null, null, Nil.list(), mapping));
        }
        return instances.stream()
                .map(row -> new ServiceInfo(row.node(), row.service(), row.checks(), mapping)).toList();
    }

    private static boolean isReadable(ServiceInfo row, Authorizer caller) {
        var mapping = row.gatewayService();
        var node = row.node();
        return (mapping == null || Readable.service(caller, mapping.service().name()))
                && (node == null || Readable.node(caller, node));
    }

    /// The instances of all gateways of a kind that serve a service.
    private IndexedCheckServiceNodes serviceGateways(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        requireGateway(request, caller);
        return host.queries().ask(Internal.SERVICE_GATEWAYS, request, caller, state -> {
            var found = HealthReads.gateways(state, request.serviceName(), request.serviceKind());
            var allowed = Filtered.of(found.value(), row -> Readable.instance(caller, row));
            return Result.found(found.index(), IndexedCheckServiceNodes.ZERO.withNodes(allowed.rows()))
                    .filtered(allowed.removed());
        });
    }
}
