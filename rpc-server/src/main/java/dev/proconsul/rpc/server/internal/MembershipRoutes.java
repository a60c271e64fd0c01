package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Routes along what membership knows: calls to a datacenter go to one of its servers until one fails, and then to the
/// next. A server that joins comes last.
///
/// Threads: any. Source: Consul `agent/router/manager.go`.
final class MembershipRoutes implements ServerRoutes {
    private final String datacenter;
    private final List<Membership> members;
    private final Map<String, List<ServerInfo>> orders = new HashMap<>(); // guarded by this

    /// @param datacenter the server's own
    /// @param members    where servers are known from
    MembershipRoutes(String datacenter, List<Membership> members) {
        this.datacenter = datacenter;
        this.members = List.copyOf(members);
    }

    @Override
    public synchronized Route route(String wanted) {
        var order = order(wanted);
        if (order.isEmpty()) {
            return new Route.Unknown();
        }
        return new Route.To(order.getFirst());
    }

    /// {@return the servers of a datacenter in the order in which they are called}
    synchronized List<ServerInfo> order(String wanted) {
        var known = known(wanted);
        var order = new ArrayList<ServerInfo>();
        for (var old : orders.getOrDefault(wanted, List.of())) {
            var now = known.remove(old.node());
            if (now != null) {
                order.add(now);
            }
        }
        order.addAll(known.values());
        if (order.isEmpty()) {
            orders.remove(wanted);
        } else {
            orders.put(wanted, List.copyOf(order));
        }
        return order;
    }

    private Map<String, ServerInfo> known(String wanted) {
        var byNode = new LinkedHashMap<String, ServerInfo>();
        for (var source : members) {
            source.servers(wanted).forEach(server -> byNode.putIfAbsent(server.node(), server));
        }
        return byNode;
    }

    @Override
    public synchronized void failed(ServerInfo server) {
        var order = new ArrayList<>(order(server.datacenter()));
        if (order.size() > 1 && order.getFirst().node().equals(server.node())) {
            order.add(order.removeFirst());
            orders.put(server.datacenter(), List.copyOf(order));
        }
    }

    @Override
    public boolean tracks(ServerInfo server) {
        return members.stream().flatMap(source -> source.servers(datacenter).stream())
                .anyMatch(known -> known.address().equals(server.address()));
    }

    @Override
    public List<String> datacenters() {
        var all = new TreeSet<String>();
        members.forEach(source -> all.addAll(source.datacenters()));
        all.remove(datacenter);
        return List.copyOf(all);
    }
}
