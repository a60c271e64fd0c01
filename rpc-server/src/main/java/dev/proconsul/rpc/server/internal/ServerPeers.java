package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.GossipPools;
import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.client.ServerPool;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.endpoints.Peers;
import dev.proconsul.rpc.server.PeerConfig;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A server's way to the others: which there are, and the connections to them. Any thread; whoever makes it closes it.
final class ServerPeers implements AutoCloseable {
    private final ServerPool pool;
    private final ServerRouter router;
    private final RouterRoutes routes;
    private final Peers peers;

    /// @param config  times, and the servers that it names
    /// @param self    the server
    /// @param tls     how others are dialed
    /// @param gossip  tells of others
    /// @param members more of them
    ServerPeers(ServerConfig config, ServerInfo self, TlsConfigurator tls, GossipPools gossip, Membership members) {
        var times = config.peers();
        pool = new ServerPool(PoolConfig.OF_SERVERS.withDatacenter(config.datacenter())
                .withTimeouts(PoolConfig.OF_SERVERS.dialTimeout(), times.callTimeout(), times.holdTimeout())
                .withQueryTimes(config.defaultQueryTime(), config.maxQueryTime()), Dialers.byDatacenter(tls));
        var sources = new ArrayList<Membership>(List.of(members, new Configured(times)));
        gossip.lan().ifPresent(sources::add);
        gossip.wan().ifPresent(sources::add);
        router = new ServerRouter(ServerRouter.Settings.ofServer(self), pool::ping);
        routes = new RouterRoutes(config.datacenter(), router, sources);
        router.start();
        peers = new Peers(routes, new PooledServers(pool),
                times.holdTimeout(), () -> pool.config().callTimeout(), times.primaryDatacenter());
    }

    /// Servers of which the configuration tells the address, which is their name as well.
    private record Configured(PeerConfig config) implements Membership {
        @Override
        public List<ServerInfo> servers(String datacenter) {
            return config.datacenters().getOrDefault(datacenter, List.of()).stream()
                    .map(address -> new ServerInfo("", address, datacenter, address)).toList();
        }

        @Override
        public SortedSet<String> datacenters() {
            return new TreeSet<>(config.datacenters().keySet());
        }
    }

    Peers peers() {
        return peers;
    }

    void callTimeout(Duration callTimeout) {
        pool.callTimeout(callTimeout);
    }

    void addTo(Map<String, Long> counters) {
        counters.put("rpc.peers", (long) pool.servers());
    }

    @Override
    public void close() {
        routes.close();
        router.close();
        pool.close();
    }
}
