package dev.proconsul.rpc.server.internal;

import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.api.StreamRouter;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.endpoints.ConnectConfig;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.endpoints.GrpcServices;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.RpcConversation;
import dev.proconsul.rpc.endpoints.ServerState;
import dev.proconsul.rpc.endpoints.ServerView;
import dev.proconsul.rpc.endpoints.SnapshotConversation;
import dev.proconsul.rpc.server.Cluster;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.server.internal.grpc.GrpcHandler;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import dev.proconsul.rpc.server.internal.grpc.ServerChannels;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The parts of a running server, and the order in which they start and end.
public final class RunningServer implements AutoCloseable {
    private static final long DRAIN_POLL_MILLIS = 5;
    /// What sessions have at least for what is queued, and for clients to take it in.
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerConfig config;
    private final Optional<MeshTrust> trust;
    private final ServerGossip gossip;
    private final StateMachine stateMachine;
    private final Consensus consensus;
    private final ServerPeers peers;
    private final Endpoints endpoints;
    private final MultiplexHandler multiplex;
    private final ServerChannels channels;
    private final GrpcHandler grpc;
    private final Door door;
    private final Counters counters = new Counters();
    private final AtomicBoolean closed = new AtomicBoolean();
    private ServerConfig current; // guarded by this

    private RunningServer(ServerConfig config, TlsConfigurator tls, Handlers handlers, Listener listener,
            ServerInfo self, ServerGossip gossip, Cluster cluster) throws RpcException {
        this.config = config;
        this.gossip = gossip;
        var state = ServerState.empty(InstantSource.system());
        stateMachine = state.stateMachine();
        consensus = cluster.consensus().start(self, stateMachine);
        peers = new ServerPeers(config, self, tls, gossip.pools(), cluster.members());
        var queryTimes = new QueryTimes(config.defaultQueryTime(), config.maxQueryTime());
        var connect = ConnectConfig.on(new MeshSigner(tls::config)).withAutoEncrypt(config.autoEncrypt(),
                () -> new ConnectConfig.AgentTls(tls.authorityPems(), tls.config().verifyServerHostname()));
        var view = new ServerView(config.datacenter(), consensus, state, queryTimes,
                config.acl().withNode(config.node()), connect, gossip.pools(), peers.peers());
        endpoints = Endpoints.over(view);
        var rpc = new RpcConversation(endpoints.table(), counters);
        multiplex = new MultiplexHandler(
                new StreamRouter(rpc, Routes.gossip(handlers), counters), SessionConfig.DEFAULT);
        var snapshot = new SnapshotConversation(view, endpoints, InstantSource.system(), counters);
        var insecure = new RpcConversation(endpoints.insecureTable(), counters);
        channels = new ServerChannels(Dialers.byDatacenter(tls), PoolConfig.OF_SERVERS.dialTimeout());
        grpc = new GrpcHandler(listener.address(), GrpcLimits.DEFAULT,
                () -> config.streaming() ? GrpcServices.streams(endpoints, channels::to) : List.of());
        door = new Door(config, listener, tls, counters,
                new Door.Rooms(rpc, multiplex, snapshot, grpc, insecure, handlers));
        trust = config.autoEncrypt() ? Optional.of(new MeshTrust(this::reloadAgain)) : Optional.empty();
        current = config;
    }

    /// Opens the port and serves it.
    /// @param config   what to be
    /// @param handlers who serves what the server does not speak itself
    /// @param cluster  what the server takes part in
    /// @return the running server
    /// @throws IOException when the port cannot be opened, or the consensus cannot start
    public static RunningServer start(ServerConfig config, Handlers handlers, Cluster cluster) throws IOException {
        var tls = TlsConfigurator.load(config.tls());
        var listener = Listener.bind(new InetSocketAddress(config.bindAddress(), config.serverPort()));
        @Nullable ServerGossip gossip = null;
        try {
            var self = self(config, listener.address());
            gossip = ServerGossip.start(config, self);
            var server = new RunningServer(config, tls, handlers, listener, self, gossip, cluster);
            server.open();
            return server;
        } catch (RpcException e) {
            giveUp(listener, gossip);
            throw new IOException("the consensus cannot start: " + e.getMessage(), e);
        } catch (IOException | RuntimeException | Error e) {
            giveUp(listener, gossip);
            throw e;
        }
    }

    private static void giveUp(Listener listener, @Nullable ServerGossip gossip) throws IOException {
        listener.close();
        if (gossip != null) {
            gossip.close();
        }
    }

    /// Takes over what may change while the server runs.
    /// @param next the new configuration
    /// @throws TlsConfigException when its TLS cannot be; then nothing has changed
    public synchronized void reload(ServerConfig next) throws TlsConfigException {
        door.reload(next.withTls(trust.map(mesh -> mesh.trustedBy(next.tls())).orElse(next.tls())));
        peers.callTimeout(next.peers().callTimeout());
        current = next;
    }

    private synchronized void reloadAgain() throws TlsConfigException {
        reload(current);
    }

    private void open() throws IOException {
        try {
            if (trust.isPresent()) {
                endpoints.followRoots(trust.get()::trust);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server started", e);
        }
        door.open();
    }

    private static ServerInfo self(ServerConfig config, InetSocketAddress address) {
        var text = address.getAddress().getHostAddress() + ":" + address.getPort();
        return new ServerInfo(UUID.randomUUID().toString(), config.node(), config.datacenter(), text);
    }

    /// {@return where the server listens}
    public InetSocketAddress address() {
        return door.address();
    }

    /// {@return the methods, for callers in this process}
    public EndpointTable endpoints() {
        return endpoints.table();
    }

    /// Applies a log entry: the way into the state for what no method of this server writes.
    Object apply(byte[] logEntry) throws RpcException, InterruptedException {
        return consensus.apply(stateMachine.decode(logEntry));
    }

    /// {@return what may enter the port}
    public RoutingTable routes() {
        return door.routes();
    }

    /// {@return counters and gauges by name}
    public Map<String, Long> counters() {
        var all = counters.snapshot();
        all.put("rpc.query", endpoints.queries());
        all.put("rpc.queries_blocking", endpoints.blockingQueries());
        all.put("subscribe.subscriptions", (long) endpoints.subscriptions());
        all.put("rpc.cross-dc", endpoints.callsAcrossDatacenters());
        all.putAll(grpc.counters());
        door.addTo(all);
        gossip.addTo(all);
        peers.addTo(all);
        return all;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        endpoints.leave();
        resign();
        gossip.close();
        door.stopListening();
        multiplex.goAway();
        grpc.goAway();
        endpoints.close();
        channels.close(); // and with them the streams of other datacenters
        try {
            door.awaitStopped();
            long deadline = System.nanoTime() + config.drainTime().toNanos();
            awaitRequestsInFlight(deadline);
            multiplex.close(Math.max(LAST_WORDS_NANOS, deadline - System.nanoTime()));
            grpc.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // faster, not lost
        }
        door.abortAll();
        peers.close();
        consensus.close();
    }

    /// Before the port closes: callers are to find another leader, and not none.
    private void resign() {
        try {
            consensus.resign();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitRequestsInFlight(long deadline) throws InterruptedException {
        while (counters.requestsInFlight() + grpc.callsInFlight() + endpoints.streamsOpen() > 0
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
    }
}
