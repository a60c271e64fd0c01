package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.Area;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.KnownServer;
import dev.proconsul.rpc.client.ServerRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Where a channel leads, among the servers that a router knows. gRPC knows targets by name; [#name] is one that leads
/// here as long as the channel lives.
///
/// | target | servers |
/// |---|---|
/// | the own datacenter | those met among its members |
/// | another datacenter | those met among the servers of all datacenters |
/// | the leader | one, or none while there is no leader |
///
/// Threads: any.
///
/// Source: Consul `agent/grpc-internal/resolver/resolver.go`.
public final class ServerTarget {
    private static final Map<String, ServerTarget> TARGETS = new ConcurrentHashMap<>();
    private static final AtomicLong COUNT = new AtomicLong();

    final ServerRouter router;
    final Dialers dialers;
    final Duration dialTimeout;
    private final Optional<String> datacenter;
    private final String authority = "proconsul-" + COUNT.incrementAndGet();

    private ServerTarget(ServerRouter router, Dialers dialers, Duration dialTimeout, Optional<String> datacenter) {
        this.router = router;
        this.dialers = dialers;
        this.dialTimeout = dialTimeout;
        this.datacenter = datacenter;
    }

    /// Makes a target known.
    /// @param router      knows the servers
    /// @param dialers     how to reach each
    /// @param dialTimeout for each connection
    /// @param datacenter  whose servers; empty for the leader of the own one
    /// @return the target, to be closed when the channel has ended
    public static ServerTarget of(
            ServerRouter router, Dialers dialers, Duration dialTimeout, Optional<String> datacenter) {
        var target = new ServerTarget(router, dialers, dialTimeout, datacenter);
        TARGETS.put(target.authority, target);
        return target;
    }

    /// {@return the target of a name}
    /// @param authority from [#name]
    static ServerTarget named(String authority) {
        var target = TARGETS.get(authority);
        if (target == null) {
            throw new IllegalArgumentException("no resolver registered for " + authority);
        }
        return target;
    }

    /// {@return the name that gRPC finds this target by}
    public String name() {
        return ServerResolver.SCHEME + "://" + authority + "/" + endpoint();
    }

    /// {@return what the servers are called together, as in `server.dc1`}
    String endpoint() {
        return datacenter.map(name -> "server." + name).orElse("leader.local");
    }

    /// {@return the servers, the one to prefer first}
    List<ServerInfo> servers() {
        if (datacenter.isEmpty()) {
            return router.leader().stream().toList();
        }
        var wanted = datacenter.get();
        var lan = new ArrayList<ServerInfo>();
        var wan = new ArrayList<ServerInfo>();
        for (KnownServer known : router.servers()) {
            if (known.server().datacenter().equals(wanted)) {
                (known.area() == Area.LAN ? lan : wan).add(known.server());
            }
        }
        return router.isOwn(wanted) ? lan : wan;
    }

    /// The channel has ended.
    public void close() {
        TARGETS.remove(authority);
    }
}
