package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.Protocols;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.IngressGatewayConfigEntry;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionDecisionSummary;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceTopology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Who calls a service, and whom it calls: what is registered, and what intentions allow. Of the latter there are
/// instances only where a transparent proxy makes the call possible.
///
/// Deviation: a service that only a router, splitter or resolver leads to is no upstream of those who name that one.
///
/// For one run of a query. Source: Consul `agent/consul/state/catalog.go`, `ServiceTopology`.
final class ServiceTopologies {
    private static final String PROXY = "connect-proxy";
    private static final String TRANSPARENT = "transparent";
    private static final String REGISTERED = "proxy-registration";

    private final Reader state;
    private final String service;
    private final IntentionTopology intentions;
    private long index;

    ServiceTopologies(Reader state, String service, boolean byDefault) {
        this.state = state;
        this.service = service;
        intentions = new IntentionTopology(state, byDefault);
    }

    /// One side: names and how they were found, and what intentions say.
    private record Side(Map<String, String> sources, Map<String, IntentionDecisionSummary> decisions,
            List<CheckServiceNode> instances) {}

    Indexed<ServiceTopology> of(String kind) throws RpcException {
        boolean gateway = kind.equals(GatewayReads.INGRESS);
        Mesh.unless(gateway || kind.isEmpty(), "unsupported kind \"" + kind + "\"");
        var proxies = gateway ? List.<ServiceRow>of() : proxies();
        boolean someTransparent = proxies.stream().anyMatch(row -> isTransparent(row.service()));
        var up = upstreams(proxies, someTransparent);
        var down = downstreams();
        var topology = ServiceTopology.ZERO
                .withMetricsProtocol(gateway ? protocolOfGateway() : Protocols.of(state, service))
                .withTransparentProxy(!proxies.isEmpty()
                        && proxies.stream().allMatch(row -> isTransparent(row.service())))
                .withUpstreams(up.instances()).withUpstreamSources(up.sources()).withUpstreamDecisions(up.decisions())
                .withDownstreams(down.instances()).withDownstreamSources(down.sources())
                .withDownstreamDecisions(down.decisions());
        return new Indexed<>(Math.max(index, ConfigEntryReads.index(state)), topology);
    }

    private static boolean isTransparent(NodeService proxy) {
        return proxy.proxy().mode().equals(TRANSPARENT);
    }

    private List<ServiceRow> proxies() {
        var found = ServiceReads.inMesh(state, service);
        index = Math.max(index, found.index());
        return found.value().stream().filter(row -> row.service().kind().equals(PROXY)).toList();
    }

    private Side upstreams(List<ServiceRow> proxies, boolean someTransparent) {
        var sources = new TreeMap<String, String>();
        proxies.forEach(row -> named(row.service()).forEach(name -> sources.put(name, REGISTERED)));
        for (var mapping : GatewayReads.of(state, service)) {
            if (mapping.gatewayKind().equals(GatewayReads.INGRESS)) {
                sources.put(mapping.service().name(), REGISTERED);
            }
        }
        addAllowed(sources, intentions.upstreams(service));
        var instances = instances(sources.keySet()).stream()
                .filter(row -> someTransparent || isRegistered(sources, row)).toList();
        return new Side(sources, decisions(sources.keySet(), intentions.ofSource(service), Intention::destinationName),
                nilIfEmpty(instances));
    }

    private static boolean isRegistered(Map<String, String> sources, CheckServiceNode row) {
        return row.service() instanceof NodeService instance && REGISTERED.equals(sources.get(nameOf(instance)));
    }

    private static List<CheckServiceNode> nilIfEmpty(List<CheckServiceNode> rows) {
        return rows.isEmpty() ? Nil.list() : rows;
    }

    private Side downstreams() {
        var sources = new TreeMap<String, String>();
        index = Math.max(index, state.entry(Entries.kind(PROXY)));
        for (var row : state.unwatched().under(ServiceTable.BY_KIND, Keys.of(PROXY))) {
            if (named(row.service()).contains(service)) {
                sources.put(row.service().proxy().destinationServiceName(), REGISTERED);
            }
        }
        for (var mapping : state.under(GatewayServiceTable.BY_SERVICE, Keys.of(service))) {
            if (mapping.gatewayKind().equals(GatewayReads.INGRESS)) {
                sources.put(mapping.gateway().name(), REGISTERED);
            }
        }
        addAllowed(sources, intentions.downstreams(service));
        var instances = instances(sources.keySet());
        var transparent = new HashSet<String>();
        for (var row : instances) {
            if (row.service() instanceof NodeService instance && isTransparent(instance)) {
                transparent.add(nameOf(instance));
            }
        }
        var shown = instances.stream().filter(row -> isRegistered(sources, row)
                || row.service() instanceof NodeService instance && transparent.contains(nameOf(instance))).toList();
        return new Side(sources, decisions(sources.keySet(), intentions.ofDestination(service), Intention::sourceName),
                nilIfEmpty(shown));
    }

    private static String nameOf(NodeService instance) {
        return instance.kind().equals(PROXY) ? instance.proxy().destinationServiceName() : instance.service();
    }

    private static Set<String> named(NodeService proxy) {
        var names = new HashSet<String>();
        for (var upstream : proxy.proxy().upstreams()) {
            if (upstream.destinationType().isEmpty() || upstream.destinationType().equals("service")) {
                names.add(upstream.destinationName());
            }
        }
        return names;
    }

    private void addAllowed(
            Map<String, String> sources, Indexed<? extends Map<String, IntentionDecisionSummary>> allowed) {
        index = Math.max(index, allowed.index());
        allowed.value().forEach((name, decision) -> sources.putIfAbsent(name, decision.hasExact() ? "specific-intention"
                : decision.defaultAllow() ? "default-allow" : "wildcard-intention"));
    }

    private Map<String, IntentionDecisionSummary> decisions(
            Set<String> names, List<Intention> all, Function<Intention, String> other) {
        var decisions = new TreeMap<String, IntentionDecisionSummary>();
        names.forEach(name -> decisions.put(name, intentions.decision(name, all, other, false)));
        return decisions;
    }

    /// The instances themselves, then those in the mesh.
    private List<CheckServiceNode> instances(Set<String> names) {
        var instances = new ArrayList<CheckServiceNode>();
        for (var name : names) {
            var typical = HealthReads.of(state, ServiceReads.named(state, name, true));
            var inMesh = HealthReads.inMesh(state, name);
            index = Math.max(index, Math.max(typical.index(), inMesh.index()));
            instances.addAll(typical.value());
            instances.addAll(inMesh.value());
        }
        return instances;
    }

    /// The protocol of most of its listeners.
    private String protocolOfGateway() {
        var counts = new TreeMap<String, Integer>();
        var entry = ConfigEntryReads.get(state, IngressGatewayConfigEntry.class, GatewayReads.INGRESS, service);
        for (var listener : entry.map(IngressGatewayConfigEntry::listeners).orElse(List.of())) {
            var protocol = Protocols.isHttp(listener.protocol()) ? "http" : listener.protocol();
            counts.merge(protocol, 1, Integer::sum);
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
    }
}
