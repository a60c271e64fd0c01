package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.filter.Filter;
import dev.proconsul.rpc.endpoints.internal.filter.RowTypes;
import dev.proconsul.rpc.endpoints.internal.mesh.CentralConfig;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.IndexedNodeServiceList;
import dev.proconsul.rpc.structs.IndexedNodeServices;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.NodeServiceList;
import dev.proconsul.rpc.structs.NodeServices;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// A node with its services, as a map or as a list. The index is that of the node with its services.
///
/// As in Consul, the map is filtered by what stands as its key, which is the id of an instance, where the list is
/// filtered by the name of the service.
///
/// Source: Consul `agent/consul/catalog_endpoint.go`.
final class NodeServicesQuery {
    private final Host host;

    NodeServicesQuery(Host host) {
        this.host = host;
    }

    IndexedNodeServices map(NodeSpecificRequest request, Authorizer caller) throws RpcException, InterruptedException {
        requireNode(request);
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.NODE_SERVICE);
        return host.queries().ask(Catalog.NODE_SERVICES, request, caller, state -> {
            var node = NodeReads.find(state, request.node());
            if (node.value().isEmpty()) {
                return Result.found(node.index(), IndexedNodeServices.ZERO);
            }
            if (!Readable.node(caller, node.value().get())) {
                return Result.found(node.index(), IndexedNodeServices.ZERO).filtered(true);
            }
            var services = services(state, node.value().get());
            var allowed = new LinkedHashMap<String, NodeService>();
            for (var service : services) {
                if (Readable.service(caller, service.id())) {
                    allowed.put(service.id(), service);
                }
            }
            var found = new NodeServices(node.value().get(), filter.apply(allowed));
            return Result.found(node.index(), IndexedNodeServices.ZERO.withNodeServices(found))
                    .filtered(allowed.size() < services.size());
        });
    }

    IndexedNodeServiceList list(NodeSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        requireNode(request);
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.NODE_SERVICE);
        return host.queries().ask(Catalog.NODE_SERVICE_LIST, request, caller, state -> {
            var node = NodeReads.find(state, request.node());
            if (node.value().isEmpty()) {
                return Result.found(node.index(), IndexedNodeServiceList.ZERO);
            }
            if (!Readable.node(caller, node.value().get())) {
                return Result.found(node.index(), IndexedNodeServiceList.ZERO).filtered(true);
            }
            var allowed = Filtered.of(services(state, node.value().get()),
                    service -> Readable.service(caller, service.service()));
            var rows = filter.apply(allowed.rows());
            if (request.mergeCentralConfig()) {
                var merged = rows.stream().map(service -> CentralConfig.into(state, service)).toList();
                long index = Math.max(node.index(), ConfigEntryReads.index(state));
                return Result.found(index, IndexedNodeServiceList.ZERO.withNodeServices(
                        new NodeServiceList(node.value().get(), merged))).filtered(allowed.removed()).onlyIfChanged();
            }
            return Result.found(node.index(), IndexedNodeServiceList.ZERO.withNodeServices(
                    new NodeServiceList(node.value().get(), rows))).filtered(allowed.removed());
        });
    }

    private static void requireNode(NodeSpecificRequest request) throws RpcException {
        if (request.node().isEmpty()) {
            throw new RpcException("Must provide node");
        }
    }

    private static List<NodeService> services(Reader state, Node node) {
        var services = new ArrayList<NodeService>();
        state.unwatched().under(ServiceTable.BY_ID, Keys.of(node.node())).forEach(row -> services.add(row.service()));
        return services;
    }
}
