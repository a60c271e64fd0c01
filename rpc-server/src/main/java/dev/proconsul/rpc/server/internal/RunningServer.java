package dev.proconsul.rpc.server.internal;

import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.api.StreamRouter;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.endpoints.ConnectConfig;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.endpoints.GrpcServices;
import dev.proconsul.rpc.endpoints.InsecureEndpoints;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.RpcConversation;
import dev.proconsul.rpc.endpoints.ServerState;
import dev.proconsul.rpc.endpoints.ServerView;
import dev.proconsul.rpc.endpoints.SnapshotConversation;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.server.internal.grpc.GrpcHandler;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The parts of a running server, and the order in which they start and end.
public final class RunningServer implements AutoCloseable {
    private static final long DRAIN_POLL_MILLIS = 5;

    private final ServerConfig config;
    private final Optional<BuiltInAuthority> authority;
    private final StateMachine stateMachine;
    private final SingleServer consensus;
    private final Endpoints endpoints;
    private final MultiplexHandler multiplex;
    private final GrpcHandler grpc;
    private final Door door;
    private final Counters counters = new Counters();
    private final AtomicBoolean closed = new AtomicBoolean();

    private RunningServer(ServerConfig config, Optional<BuiltInAuthority> authority, TlsConfigurator tls,
            Handlers handlers, Listener listener) {
        this.config = config;
        this.authority = authority;
        var state = ServerState.empty(InstantSource.system());
        stateMachine = state.stateMachine();
        consensus = new SingleServer(self(config, listener.address()), stateMachine);
        var queryTimes = new QueryTimes(config.defaultQueryTime(), config.maxQueryTime());
        var view = new ServerView(config.datacenter(), consensus, state, queryTimes,
                config.acl().withNode(config.node()), ConnectConfig.WITHOUT_CERTIFICATES);
        endpoints = Endpoints.over(view);
        var rpc = new RpcConversation(endpoints.table(), counters);
        multiplex = new MultiplexHandler(
                new StreamRouter(rpc, Routes.gossip(handlers), counters), SessionConfig.DEFAULT);
        var snapshot = new SnapshotConversation(view, endpoints, InstantSource.system(), counters);
        var certificates = authority.map(signer -> signer.signingFor(tls));
        var insecure = new RpcConversation(InsecureEndpoints.of(config.datacenter(), certificates), counters);
        grpc = new GrpcHandler(listener.address(), GrpcLimits.DEFAULT, () -> GrpcServices.streams(endpoints));
        door = new Door(config, listener, tls, counters,
                new Door.Rooms(rpc, multiplex, snapshot, grpc, insecure, handlers));
    }

    /// Opens the port and serves it.
    /// @param config   what to be
    /// @param handlers who serves what the server does not speak itself
    /// @return the running server
    /// @throws IOException when the port cannot be opened
    public static RunningServer start(ServerConfig config, Handlers handlers) throws IOException {
        var authority = config.autoEncrypt()
                ? Optional.of(new BuiltInAuthority(InstantSource.system())) : Optional.<BuiltInAuthority>empty();
        var tls = TlsConfigurator.load(trusting(authority, config));
        var listener = Listener.bind(new InetSocketAddress(config.bindAddress(), config.serverPort()));
        try {
            var server = new RunningServer(config, authority, tls, handlers, listener);
            server.door.open();
            return server;
        } catch (RuntimeException | Error e) {
            listener.close();
            throw e;
        }
    }

    /// Takes over what may change while the server runs.
    /// @param next the new configuration
    /// @throws IOException when its TLS cannot be; then nothing has changed
    public void reload(ServerConfig next) throws IOException {
        door.reload(next.withTls(trusting(authority, next)));
    }

    private static TlsConfig trusting(Optional<BuiltInAuthority> authority, ServerConfig config) {
        return authority.map(built -> built.trustedBy(config.tls())).orElse(config.tls());
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
        all.putAll(grpc.counters());
        door.addTo(all);
        return all;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        door.stopListening();
        multiplex.goAway();
        grpc.goAway();
        endpoints.close();
        try {
            door.awaitStopped();
            awaitRequestsInFlight();
            multiplex.close();
            grpc.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // faster, not lost
        }
        door.abortAll();
        consensus.close();
    }

    private void awaitRequestsInFlight() throws InterruptedException {
        long deadline = System.nanoTime() + config.drainTime().toNanos();
        while (counters.requestsInFlight() + grpc.callsInFlight() + endpoints.streamsOpen() > 0
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
    }
}
