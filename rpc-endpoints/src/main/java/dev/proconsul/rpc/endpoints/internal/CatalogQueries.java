package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.filter.Filter;
import dev.proconsul.rpc.endpoints.internal.filter.RowTypes;
import dev.proconsul.rpc.endpoints.internal.mesh.CentralConfig;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.Instances;
import dev.proconsul.rpc.endpoints.internal.tables.NodeReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.IndexedGatewayServices;
import dev.proconsul.rpc.structs.IndexedNodes;
import dev.proconsul.rpc.structs.IndexedServiceList;
import dev.proconsul.rpc.structs.IndexedServiceNodes;
import dev.proconsul.rpc.structs.IndexedServices;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.ServiceNode;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What `Catalog` reads. The order of the steps in each: condition on nodes, ACLs, filter, distance.
///
/// Source: Consul `agent/consul/catalog_endpoint.go`.
final class CatalogQueries {
    private final Host host;

    CatalogQueries(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Catalog.LIST_NODES, this::listNodes),
                host.endpoint(Catalog.LIST_SERVICES, this::listServices),
                host.endpoint(Catalog.SERVICE_LIST, this::serviceList),
                host.endpoint(Catalog.SERVICE_NODES, this::serviceNodes),
                host.endpoint(Catalog.GATEWAY_SERVICES, this::gatewayServices),
                host.endpoint(Catalog.NODE_SERVICES, new NodeServicesQuery(host)::map),
                host.endpoint(Catalog.NODE_SERVICE_LIST, new NodeServicesQuery(host)::list));
    }

    private IndexedNodes listNodes(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.NODE);
        var reply = host.queries().ask(Catalog.LIST_NODES, request, caller, state -> {
            var found = NodeReads.list(state, request.nodeMetaFilters());
            var allowed = Filtered.of(nilIfNone(found.value(), request), node -> Readable.node(caller, node));
            var rows = Distance.sort(state, host.datacenter(), request.source(), filter.apply(allowed.rows()),
                    Node::node);
            return Result.found(found.index(), IndexedNodes.ZERO.withNodes(rows)).filtered(allowed.removed());
        });
        return isKnown(request.queryOptions(), reply.queryMeta())
                ? IndexedNodes.ZERO.withQueryMeta(reply.queryMeta().withNotModified(true)) : reply;
    }

    private static List<Node> nilIfNone(List<Node> nodes, DCSpecificRequest request) {
        return nodes.isEmpty() && !request.nodeMetaFilters().isEmpty() ? Nil.list() : nodes;
    }

    /// Whether the caller has this answer already, and wants to be told so instead of getting it again.
    private static boolean isKnown(QueryOptions options, QueryMeta meta) {
        return options.allowNotModifiedResponse() && options.minQueryIndex() > 0
                && options.minQueryIndex() == meta.index();
    }

    private IndexedServices listServices(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!request.peerName().isEmpty()) {
            throw new RpcException("listing service names imported from a peer is not supported");
        }
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.SERVICE_NODE);
        var reply = host.queries().ask(Catalog.LIST_SERVICES, request, caller, state -> {
            long index = state.entry(ServiceTable.TABLE);
            var meta = request.nodeMetaFilters();
            if (!meta.isEmpty()) {
                index = Math.max(index, state.entry(NodeTable.TABLE));
            }
            var found = Rows.list(state.unwatched().under(ServiceTable.BY_NAME, Keys.NONE)).stream()
                    .filter(row -> meta.isEmpty() || isOnNodeWith(state, row, meta)).toList();
            var allowed = Filtered.of(found, row -> Readable.node(caller, row.node())
                    && Readable.service(caller, row.service().service()));
            var wanted = allowed.rows().stream()
                    .filter(row -> filter.isEverything() || filter.test(Instances.joined(state, row))).toList();
            return Result.found(index, IndexedServices.ZERO.withServices(tags(wanted))).filtered(allowed.removed());
        });
        return isKnown(request.queryOptions(), reply.queryMeta())
                ? IndexedServices.ZERO.withQueryMeta(reply.queryMeta().withNotModified(true)) : reply;
    }

    private static boolean isOnNodeWith(Reader state, ServiceRow row, Map<String, String> meta) {
        var node = Instances.nodeOf(state, row);
        return node != null && NodeReads.hasMeta(node, meta);
    }

    private static Map<String, List<String>> tags(List<ServiceRow> rows) {
        var tags = new LinkedHashMap<String, LinkedHashSet<String>>();
        rows.forEach(row -> tags.computeIfAbsent(row.service().service(), _ -> new LinkedHashSet<>())
                .addAll(row.service().tags()));
        var lists = new LinkedHashMap<String, List<String>>();
        tags.forEach((name, set) -> lists.put(name, List.copyOf(set)));
        return lists;
    }

    private IndexedServiceList serviceList(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Catalog.SERVICE_LIST, request, caller, state -> {
            long index = state.entry(ServiceTable.TABLE);
            var names = new LinkedHashSet<String>();
            state.unwatched().under(ServiceTable.BY_NAME, Keys.NONE).forEach(row -> names.add(row.service().service()));
            var allowed = Filtered.of(List.copyOf(names), name -> Readable.service(caller, name));
            var services = allowed.rows().stream().map(ServiceName::new).toList();
            return Result.found(index, IndexedServiceList.ZERO.withServices(services)).filtered(allowed.removed());
        });
    }

    private IndexedServiceNodes serviceNodes(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (request.serviceName().isEmpty() && request.serviceAddress().isEmpty()) {
            throw new RpcException("Must provide service name");
        }
        if (request.connect() && !Readable.service(caller, request.serviceName())) {
            return IndexedServiceNodes.ZERO;
        }
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.SERVICE_NODE);
        return host.queries().ask(Catalog.SERVICE_NODES, request, caller, state -> {
            var found = merged(state, request, instances(state, request));
            var rows = found.value().stream()
                    .filter(row -> request.nodeMetaFilters().isEmpty()
                            || isOnNodeWith(state, row, request.nodeMetaFilters()))
                    .map(row -> Instances.joined(state, row)).toList();
            var allowed = Filtered.of(rows.isEmpty() ? Nil.<ServiceNode>list() : rows,
                    row -> Readable.serviceNode(caller, row));
            var sorted = Distance.sort(state, host.datacenter(), request.source(), filter.apply(allowed.rows()),
                    ServiceNode::node);
            var result = Result.found(found.index(), IndexedServiceNodes.ZERO.withServiceNodes(sorted))
                    .filtered(allowed.removed());
            return request.mergeCentralConfig() ? result.onlyIfChanged() : result;
        });
    }

    /// With what config entries say to proxies and gateways, if the caller asks for that.
    private static Indexed<List<ServiceRow>> merged(
            Reader state, ServiceSpecificRequest request, Indexed<List<ServiceRow>> found) {
        return request.mergeCentralConfig()
                ? new Indexed<>(Math.max(found.index(), ConfigEntryReads.index(state)), found.value().stream()
                        .map(row -> new ServiceRow(row.node(), CentralConfig.into(state, row.service()))).toList())
                : found;
    }

    /// One way to look, in this order; an address has no index.
    private static Indexed<List<ServiceRow>> instances(Reader state, ServiceSpecificRequest request) {
        if (request.connect()) {
            return ServiceReads.inMesh(state, request.serviceName());
        }
        if (!request.serviceAddress().isEmpty()) {
            return new Indexed<>(0, ServiceReads.at(state, request.serviceAddress()));
        }
        var named = ServiceReads.named(state, request.serviceName(), false);
        return request.tagFilter() ? tagged(request, named) : named;
    }

    /// Instances with all wanted tags. The old single tag stands for the list, if it is there.
    static Indexed<List<ServiceRow>> tagged(ServiceSpecificRequest request, Indexed<List<ServiceRow>> named) {
        var tags = request.serviceTag().isEmpty() ? request.serviceTags() : List.of(request.serviceTag());
        var rows = named.value().stream().filter(row -> ServiceReads.hasTags(row, tags)).toList();
        return new Indexed<>(named.index(), rows);
    }

    private IndexedGatewayServices gatewayServices(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.SERVICE, Access.READ, request.serviceName());
        return host.queries().ask(Catalog.GATEWAY_SERVICES, request, caller, state -> {
            var rows = GatewayReads.of(state, request.serviceName());
            var allowed = Filtered.of(rows, row -> Readable.service(caller, row.service().name()));
            long index = state.unwatched().entry(GatewayServiceTable.TABLE);
            return Result.found(index, IndexedGatewayServices.ZERO.withServices(
                            rows.isEmpty() ? Nil.list() : allowed.rows()))
                    .filtered(allowed.removed());
        });
    }
}
