package dev.proconsul.rpc.server;

import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.server.internal.RunningServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/// A server with its port open.
///
/// ```java
/// try (var server = RpcServer.start(ServerConfig.dev())) {
///     server.endpoints().call(Status.PING, Empty.ZERO); // in this process, without a socket
/// }
/// ```
///
/// Threads: any. Whoever starts a server closes it.
public final class RpcServer implements AutoCloseable {
    private final RunningServer running;

    private RpcServer(RunningServer running) {
        this.running = running;
    }

    /// Opens the port and serves it.
    ///
    /// @param config what to be
    /// @return the running server, to be closed by the caller
    /// @throws IOException when the port cannot be opened; the message names it and the reason
    public static RpcServer start(ServerConfig config) throws IOException {
        return start(config, Handlers.NONE);
    }

    /// Opens the port and serves it, and hands on what others serve.
    ///
    /// @param config   what to be
    /// @param handlers who serves what the server does not speak itself
    /// @return the running server, to be closed by the caller
    /// @throws IOException when the port cannot be opened; the message names it and the reason
    public static RpcServer start(ServerConfig config, Handlers handlers) throws IOException {
        return start(config, handlers, Cluster.ALONE);
    }

    /// Opens the port and serves it, as one server of several.
    ///
    /// @param config   what to be
    /// @param handlers who serves what the server does not speak itself
    /// @param cluster  what it takes part in
    /// @return the running server, to be closed by the caller
    /// @throws IOException when the port cannot be opened or the consensus cannot start; the message says why
    public static RpcServer start(ServerConfig config, Handlers handlers, Cluster cluster) throws IOException {
        return new RpcServer(RunningServer.start(config, handlers, cluster));
    }

    /// Takes over what may change while the server runs: TLS as a whole, with its files read anew, and the number of
    /// connections per client. Everything else of the new configuration waits for the next start. Connections that stand
    /// are not touched.
    ///
    /// @param config the new configuration
    /// @throws IOException when its TLS cannot be; names what is wrong, and nothing has changed
    public void reload(ServerConfig config) throws IOException {
        running.reload(config);
    }

    /// {@return where the server listens}
    public InetSocketAddress address() {
        return running.address();
    }

    /// {@return the methods of this server, for callers in this process}
    public EndpointTable endpoints() {
        return running.endpoints();
    }

    /// {@return what may enter the port, and where it goes; see [ProtocolRouter]}
    public RoutingTable routes() {
        return running.routes();
    }

    /// {@return counters and gauges by name; under Consul's names where Consul has one}
    public Map<String, Long> counters() {
        return running.counters();
    }

    /// Hands over the leadership if it has it and there are others, stops accepting, answers blocking queries with what they have, waits up to [ServerConfig#drainTime] for other
    /// calls in flight, and then ends every connection. Closing twice is harmless.
    @Override
    public void close() {
        running.close();
    }
}
