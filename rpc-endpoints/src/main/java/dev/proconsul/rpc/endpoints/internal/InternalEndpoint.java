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
import dev.proconsul.rpc.endpoints.internal.tables.CatalogDump;
import dev.proconsul.rpc.structs.CatalogSummary;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.EventFireRequest;
import dev.proconsul.rpc.structs.EventFireResponse;
import dev.proconsul.rpc.structs.IndexedNodeDump;
import dev.proconsul.rpc.structs.IndexedNodesWithGateways;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeInfo;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.ServiceDumpRequest;
import java.util.ArrayList;
import java.util.List;

/// The service `Internal`: calls among servers and agents.
///
/// Source: Consul `agent/consul/internal_endpoint.go`.
final class InternalEndpoint {
    /// What client agents wait for in the gossip.
    private static final String EVENT_PREFIX = "consul:event:";

    private final Host host;

    InternalEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        var rows = new ArrayList<Endpoint<?, ?>>(new KeyringEndpoint(host).rows());
        rows.addAll(new GatewayQueries(host).rows());
        rows.add(host.endpoint(Internal.NODE_INFO, this::nodeInfo));
        rows.add(host.endpoint(Internal.NODE_DUMP, this::nodeDump));
        rows.add(host.endpoint(Internal.SERVICE_DUMP, this::serviceDump));
        rows.add(host.endpoint(Internal.CATALOG_OVERVIEW, this::catalogOverview));
        rows.add(host.endpoint(Internal.EVENT_FIRE, this::eventFire));
        return rows;
    }

    private IndexedNodeDump nodeInfo(NodeSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Internal.NODE_INFO, request, caller, state -> {
            var found = CatalogDump.node(state, request.node());
            var allowed = readable(found.value(), caller);
            return Result.found(found.index(), IndexedNodeDump.ZERO.withDump(allowed.rows()))
                    .filtered(allowed.removed());
        });
    }

    private IndexedNodeDump nodeDump(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!request.peerName().isEmpty()) {
            throw new RpcException("this endpoint does not support specifying a peer: \"" + request.peerName() + "\"");
        }
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.NODE_INFO);
        return host.queries().ask(Internal.NODE_DUMP, request, caller, state -> {
            var found = CatalogDump.nodes(state);
            var allowed = readable(found.value(), caller);
            return Result.found(found.index(), IndexedNodeDump.ZERO.withDump(filter.apply(allowed.rows())))
                    .filtered(allowed.removed());
        });
    }

    /// Nodes that may be seen, and of each what may be seen.
    private static Filtered<NodeInfo> readable(List<NodeInfo> nodes, Authorizer caller) {
        var allowed = Filtered.of(nodes.isEmpty() ? Nil.<NodeInfo>list() : nodes,
                node -> Readable.node(caller, node.node()));
        if (allowed.rows().isEmpty()) {
            return allowed;
        }
        boolean removed = allowed.removed();
        var rows = new ArrayList<NodeInfo>();
        for (var node : allowed.rows()) {
            var services = Filtered.of(node.services(), service -> Readable.service(caller, service.service()));
            var checks = Filtered.of(node.checks(), check -> Readable.check(caller, check));
            removed |= services.removed() || checks.removed();
            rows.add(node.withServices(services.rows()).withChecks(checks.rows()));
        }
        return new Filtered<>(rows, removed);
    }

    private IndexedNodesWithGateways serviceDump(ServiceDumpRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.CHECK_SERVICE_NODE);
        return host.queries().ask(Internal.SERVICE_DUMP, request, caller, state -> {
            if (!request.peerName().isEmpty()) {
                return Result.found(0, IndexedNodesWithGateways.ZERO); // there are no peers to import from
            }
            var found = request.useServiceKind()
                    ? CatalogDump.instancesOf(state, request.serviceKind()) : CatalogDump.instances(state);
            var allowed = Filtered.of(found.value(), row -> Readable.instance(caller, row));
            var reply = IndexedNodesWithGateways.ZERO.withNodes(filter.apply(allowed.rows()));
            if (request.nodesOnly()) {
                return Result.found(found.index(), reply).filtered(allowed.removed());
            }
            var gateways = CatalogDump.gateways(state);
            var mappings = Filtered.of(gateways.value(), row -> Readable.service(caller, row.gateway().name())
                    && Readable.service(caller, row.service().name()));
            return Result.found(Math.max(found.index(), gateways.index()), reply.withGateways(mappings.rows()))
                    .filtered(allowed.removed() || mappings.removed());
        });
    }

    private CatalogSummary catalogOverview(DCSpecificRequest request, Authorizer caller) throws RpcException {
        caller.require(Resource.OPERATOR, Access.READ, Authorizer.UNNAMED);
        return CatalogOverview.of(host.store().current());
    }

    /// A server without gossip is a pool of its own: nobody else hears the event, and the server does not act on
    /// events.
    private EventFireResponse eventFire(EventFireRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.EVENT, Access.WRITE, request.name());
        if (host.gossip().lan().isPresent()) {
            host.gossip().lan().get().fire(EVENT_PREFIX + request.name(), request.payload().toByteArray());
        }
        return new EventFireResponse(host.queries().meta(0));
    }
}
