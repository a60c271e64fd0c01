package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.mesh.ChainTargets.Place;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.structs.DiscoveryFailover;
import dev.proconsul.rpc.structs.DiscoveryGraphNode;
import dev.proconsul.rpc.structs.DiscoveryResolver;
import dev.proconsul.rpc.structs.DiscoveryRoute;
import dev.proconsul.rpc.structs.DiscoverySplit;
import dev.proconsul.rpc.structs.DiscoveryTarget;
import dev.proconsul.rpc.structs.ServiceResolverConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverFailover;
import dev.proconsul.rpc.structs.ServiceRoute;
import dev.proconsul.rpc.structs.ServiceRouteDestination;
import dev.proconsul.rpc.structs.ServiceRouteHTTPMatch;
import dev.proconsul.rpc.structs.ServiceRouteMatch;
import dev.proconsul.rpc.structs.ServiceRouterConfigEntry;
import dev.proconsul.rpc.structs.ServiceSplitterConfigEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts a discovery chain together: a router, whose routes lead to splitters, whose splits lead to resolvers, whose
/// targets are sets of instances. What no entry is about is left out.
///
/// Source: Consul `agent/consul/discoverychain/compile.go`.
final class ChainCompiler {
    /// A split within a split within a split: deeper than anybody needs, and an end to those that go in circles.
    private static final int DEEPEST = 32;
    private static final float WHOLE = 100;

    private final ChainTargets targets;
    private final boolean http;
    private final Map<String, DiscoveryGraphNode> nodes = new TreeMap<>();
    private final Map<String, DiscoveryTarget> reached = new TreeMap<>();

    /// @param http whether requests can be told from each other
    ChainCompiler(ChainTargets targets, boolean http) {
        this.targets = targets;
        this.http = http;
    }

    Map<String, DiscoveryGraphNode> nodes() {
        return nodes;
    }

    Map<String, DiscoveryTarget> targets() {
        return reached;
    }

    /// Makes the nodes for a service; gives the name of the first.
    String start(String service) throws RpcException {
        var router = !http ? Optional.<ServiceRouterConfigEntry>empty() : ConfigEntryReads.get(targets.state(),
                ServiceRouterConfigEntry.class, "service-router", service);
        var place = new Place(service, "", targets.datacenter(), "");
        if (router.isEmpty()) {
            return splitOrResolve(place, 0);
        }
        var routes = new ArrayList<DiscoveryRoute>();
        for (var route : router.get().routes()) {
            routes.add(new DiscoveryRoute(route, next(place, route.destination())));
        }
        var other = ServiceRoute.ZERO
                .withMatch(ServiceRouteMatch.ZERO.withHttp(ServiceRouteHTTPMatch.ZERO.withPathPrefix("/")))
                .withDestination(ServiceRouteDestination.ZERO.withService(service)
                        .withNamespace("default").withPartition("default"));
        routes.add(new DiscoveryRoute(other, splitOrResolve(place, 0)));
        var name = service + ".default.default";
        nodes.put("router:" + name, DiscoveryGraphNode.ZERO.withType("router").withName(name).withRoutes(routes));
        return "router:" + name;
    }

    private String next(Place from, @Nullable ServiceRouteDestination to) throws RpcException {
        if (to == null) {
            return splitOrResolve(from, 0);
        }
        var place = from.moved(to.service(), to.serviceSubset(), "", "");
        return place.subset().isEmpty() ? splitOrResolve(place, 0) : resolve(place);
    }

    private String splitOrResolve(Place place, int depth) throws RpcException {
        Mesh.unless(depth < DEEPEST, "circular reference of splitters: " + place.service());
        var splitter = !http ? Optional.<ServiceSplitterConfigEntry>empty() : ConfigEntryReads.get(targets.state(),
                ServiceSplitterConfigEntry.class, "service-splitter", place.service());
        if (splitter.isEmpty()) {
            return resolve(place);
        }
        var name = place.service() + ".default.default";
        if (nodes.containsKey("splitter:" + name)) {
            return "splitter:" + name;
        }
        var splits = new ArrayList<DiscoverySplit>();
        for (var split : splitter.get().splits()) {
            var to = place.moved(split.service(), split.serviceSubset(), "", "");
            boolean further = to.subset().isEmpty() && !to.service().equals(place.service());
            var next = further ? splitOrResolve(to, depth + 1) : resolve(to);
            splits.addAll(flat(new DiscoverySplit(split, split.weight(), next)));
        }
        nodes.put("splitter:" + name, DiscoveryGraphNode.ZERO.withType("splitter").withName(name).withSplits(splits));
        return "splitter:" + name;
    }

    /// A share that is split again is that many smaller shares.
    private List<DiscoverySplit> flat(DiscoverySplit split) {
        var next = nodes.get(split.nextNode());
        if (next == null || next.splits().isEmpty()) {
            return List.of(split);
        }
        return next.splits().stream().map(inner -> inner.withWeight(
                Math.round(split.weight() * inner.weight()) / WHOLE)).toList();
    }

    private String resolve(Place wanted) throws RpcException {
        var place = resolved(wanted);
        var name = "resolver:" + place.id();
        if (nodes.containsKey(name)) {
            return name;
        }
        var resolver = targets.resolver(place.service());
        reached.put(place.id(), targets.target(place));
        nodes.put(name, DiscoveryGraphNode.ZERO.withType("resolver").withName(place.id())
                .withLoadBalancer(resolver.loadBalancer())
                .withResolver(DiscoveryResolver.ZERO
                        .withDefaultValue(!targets.hasResolver(place.service()))
                        .withConnectTimeout(targets.connectTimeout(resolver))
                        .withRequestTimeout(resolver.requestTimeout())
                        .withTarget(place.id())
                        .withFailover(failover(place, resolver))));
        return name;
    }

    /// Follows redirects, and takes the default subset where there is one.
    private Place resolved(Place wanted) throws RpcException {
        Set<Place> seen = new LinkedHashSet<>();
        var place = wanted;
        while (seen.add(place)) {
            var resolver = targets.resolver(place.service());
            var redirect = resolver.redirect();
            if (redirect != null) {
                place = place.moved(redirect.service(), redirect.serviceSubset(), redirect.datacenter(),
                        redirect.peer());
                if (seen.contains(place) && seen.size() == 1) {
                    return place;
                }
            } else if (place.subset().isEmpty() && !resolver.defaultSubset().isEmpty()) {
                return place.withSubset(resolver.defaultSubset());
            } else {
                return place;
            }
        }
        throw new RpcException("detected circular resolver redirect: " + String.join(" -> ",
                seen.stream().map(Place::id).toList()));
    }

    private @Nullable DiscoveryFailover failover(Place place, ServiceResolverConfigEntry resolver)
            throws RpcException {
        var rule = resolver.failover().getOrDefault(place.subset(), resolver.failover().get("*"));
        if (rule == null) {
            return null;
        }
        var ids = new LinkedHashSet<String>();
        for (var other : others(place, rule)) {
            var found = resolved(other);
            if (!found.equals(place) && ids.add(found.id())) {
                reached.put(found.id(), targets.target(found));
            }
        }
        return ids.isEmpty() ? null : DiscoveryFailover.ZERO.withTargets(List.copyOf(ids)).withPolicy(rule.policy());
    }

    private static List<Place> others(Place place, ServiceResolverFailover rule) {
        var others = new ArrayList<Place>();
        for (var target : rule.targets()) {
            others.add(place.moved(target.service(), target.serviceSubset(), target.datacenter(), target.peer()));
        }
        for (var datacenter : rule.datacenters()) {
            others.add(place.moved(rule.service(), rule.serviceSubset(), datacenter, ""));
        }
        if (others.isEmpty()) {
            others.add(place.moved(rule.service(), rule.serviceSubset(), "", ""));
        }
        return others;
    }
}
