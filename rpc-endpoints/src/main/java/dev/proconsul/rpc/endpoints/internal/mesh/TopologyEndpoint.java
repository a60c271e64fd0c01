package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.structs.IndexedIntentions;
import dev.proconsul.rpc.structs.IndexedServiceList;
import dev.proconsul.rpc.structs.IndexedServiceTopology;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionDecisionSummary;
import dev.proconsul.rpc.structs.IntentionMatchEntry;
import dev.proconsul.rpc.structs.IntentionQueryRequest;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiFunction;

/// What `Internal` tells of intentions: who calls whom, and what holds for the services behind a gateway.
///
/// Source: Consul `agent/consul/internal_endpoint.go`.
public final class TopologyEndpoint {
    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public TopologyEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Internal.SERVICE_TOPOLOGY, this::topology),
                host.endpoint(Internal.INTENTION_UPSTREAMS, this::checkUpstreams, (request, caller) ->
                        upstreams(Internal.INTENTION_UPSTREAMS, request, caller, IntentionTopology::upstreams)),
                host.endpoint(Internal.INTENTION_UPSTREAMS_DESTINATION, this::checkUpstreams, (request, caller) ->
                        upstreams(Internal.INTENTION_UPSTREAMS_DESTINATION, request, caller,
                                IntentionTopology::destinations)),
                host.endpoint(Internal.GATEWAY_INTENTIONS, this::ofGateway));
    }

    private IndexedServiceTopology topology(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Mesh.unless(!request.serviceName().isEmpty(), "Must provide a service name");
        caller.require(Resource.SERVICE, Access.READ, request.serviceName());
        return host.queries().ask(Internal.SERVICE_TOPOLOGY, request, caller, state -> {
            var found = new ServiceTopologies(state, request.serviceName(), Mesh.allowsByDefault(host))
                    .of(request.serviceKind());
            var topology = found.value();
            var up = Filtered.of(topology.upstreams(), row -> Readable.instance(caller, row));
            var down = Filtered.of(topology.downstreams(), row -> Readable.instance(caller, row));
            boolean removed = up.removed() || down.removed();
            return Result.found(found.index(), IndexedServiceTopology.ZERO
                    .withServiceTopology(topology.withUpstreams(up.rows()).withDownstreams(down.rows()))
                    .withFilteredByACLs(removed)).filtered(removed);
        });
    }

    private void checkUpstreams(ServiceSpecificRequest request) throws RpcException {
        Mesh.requireOn(host);
        Mesh.unless(!request.serviceName().isEmpty(), "Must provide a service name");
    }

    private IndexedServiceList upstreams(Method<ServiceSpecificRequest, IndexedServiceList> method,
            ServiceSpecificRequest request, Authorizer caller,
            BiFunction<IntentionTopology, String, Indexed<SortedMap<String, IntentionDecisionSummary>>> find)
            throws RpcException, InterruptedException {
        return host.queries().ask(method, request, caller, state -> {
            var found = find.apply(new IntentionTopology(state, Mesh.allowsByDefault(host)), request.serviceName());
            var names = found.value().keySet().stream().map(ServiceName::new).toList();
            var allowed = Filtered.of(names, name -> Readable.service(caller, name.name()));
            return Result.found(found.index(), IndexedServiceList.ZERO.withServices(allowed.rows()))
                    .onlyIfChanged().filtered(allowed.removed());
        });
    }

    private IndexedIntentions ofGateway(IntentionQueryRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var match = request.match();
        var entries = match == null ? Nil.<IntentionMatchEntry>list() : match.entries(); // a real server dies of none
        Mesh.unless(entries.size() == 1, "Expected 1 gateway name, got " + entries.size());
        var gateway = entries.getFirst().name();
        caller.require(Resource.SERVICE, Access.READ, gateway);
        return host.queries().ask(Internal.GATEWAY_INTENTIONS, request, caller, state -> {
            var found = behind(state, gateway);
            var visible = Filtered.of(found.isEmpty() ? Nil.<Intention>list() : found, intention ->
                    caller.may(Resource.INTENTION, Access.READ, intention.destinationName())
                            || caller.may(Resource.INTENTION, Access.READ, intention.sourceName()));
            long index = Math.max(ConfigEntryReads.index(state), state.unwatched().entry(GatewayServiceTable.TABLE));
            return Result.found(index, IndexedIntentions.ZERO.withIntentions(visible.rows()))
                    .filtered(visible.removed());
        });
    }

    /// What holds for all services comes once, however many are behind the gateway.
    private static List<Intention> behind(Reader state, String gateway) {
        var found = new LinkedHashMap<List<String>, Intention>();
        for (var mapping : GatewayReads.of(state, gateway)) {
            for (var intention : IntentionReads.ofDestination(state, mapping.service().name())) {
                found.putIfAbsent(List.of(intention.destinationName(), intention.sourceName(), intention.sourcePeer()),
                        intention);
            }
        }
        return List.copyOf(found.values());
    }
}
