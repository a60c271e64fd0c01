package dev.proconsul.rpc.server.internal;

import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.api.RouterPolicy;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.endpoints.ConnectConfig;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.RpcConversation;
import dev.proconsul.rpc.endpoints.ServerState;
import dev.proconsul.rpc.endpoints.ServerView;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The parts of a running server, and the order in which they start and end.
public final class RunningServer implements AutoCloseable {
    private static final long DRAIN_POLL_MILLIS = 5;

    private final ServerConfig config;
    private final Listener listener;
    private final StateMachine stateMachine;
    private final SingleServer consensus;
    private final Endpoints endpoints;
    private final MultiplexHandler multiplex;
    private final RoutingTable routes;
    private final Counters counters = new Counters();
    private final OpenConnections connections = new OpenConnections();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Thread accepting; // set once, before anybody has this object

    private RunningServer(ServerConfig config, Listener listener) {
        this.config = config;
        this.listener = listener;
        var state = ServerState.empty(InstantSource.system());
        stateMachine = state.stateMachine();
        consensus = new SingleServer(self(), stateMachine);
        var queryTimes = new QueryTimes(config.defaultQueryTime(), config.maxQueryTime());
        endpoints = Endpoints.over(new ServerView(config.datacenter(), consensus, state, queryTimes,
                config.acl().withNode(config.node()), ConnectConfig.WITHOUT_CERTIFICATES));
        var rpc = new RpcConversation(endpoints.table(), counters);
        multiplex = new MultiplexHandler(rpc, SessionConfig.DEFAULT);
        routes = new Routes(rpc, multiplex).table();
    }

    /// Opens the port and serves it.
    /// @param config what to be
    /// @return the running server
    /// @throws IOException when the port cannot be opened
    public static RunningServer start(ServerConfig config) throws IOException {
        var listener = Listener.bind(new InetSocketAddress(config.bindAddress(), config.serverPort()));
        try {
            var server = new RunningServer(config, listener);
            server.serve();
            return server;
        } catch (RuntimeException | Error e) {
            listener.close();
            throw e;
        }
    }

    private void serve() {
        var policy = RouterPolicy.CLEAR_TEXT.withHandshakeTimeout(config.handshakeTimeout());
        var router = new ProtocolRouter(routes, policy, counters);
        var places = new ConnectionsPerAddress(config.maxConnectionsPerClient());
        var loop = new AcceptLoop(listener, router, places, connections, counters);
        // The one platform thread: it keeps the process alive.
        accepting = Thread.ofPlatform().name("accept " + listener.address()).start(loop);
    }

    private ServerInfo self() {
        var address = listener.address().getAddress().getHostAddress() + ":" + listener.address().getPort();
        return new ServerInfo(UUID.randomUUID().toString(), config.node(), config.datacenter(), address);
    }

    /// {@return where the server listens}
    public InetSocketAddress address() {
        return listener.address();
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
        return routes;
    }

    /// {@return counters and gauges by name}
    public Map<String, Long> counters() {
        var all = counters.snapshot();
        all.put("rpc.query", endpoints.queries());
        all.put("rpc.queries_blocking", endpoints.blockingQueries());
        all.put("rpc.connections", (long) connections.size());
        return all;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopListening();
        multiplex.goAway();
        endpoints.close();
        try {
            if (accepting != null) {
                accepting.join(Duration.ofSeconds(1)); // the kernel gives the port back when this thread has left it
            }
            awaitRequestsInFlight();
            multiplex.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // faster, not lost
        }
        connections.abortAll();
        consensus.close();
    }

    private void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            // The port is given back either way.
        }
    }

    private void awaitRequestsInFlight() throws InterruptedException {
        long deadline = System.nanoTime() + config.drainTime().toNanos();
        while (counters.requestsInFlight() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
    }
}
