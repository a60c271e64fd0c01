package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.api.RouterPolicy;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The port of a running server: who comes in, how far, and where to. Any thread.
final class Door {
    private final ServerConfig config;
    private final Listener listener;
    private final TlsConfigurator tls;
    private final Counters counters;
    private final TlsCounters tlsCounters = new TlsCounters();
    private final TlsUpgrade upgrade;
    private final CertificateWatch certificates;
    private final ConnectionsPerAddress places;
    private final Lobby lobby;
    private final TlsEntrances entrances;
    private final RoutingTable routes;
    private final OpenConnections connections = new OpenConnections();
    private @Nullable Thread accepting;

    /// What is behind the door.
    /// @param rpc       serves net/rpc on a whole connection
    /// @param multiplex serves yamux sessions
    /// @param snapshot  serves transfers of snapshots
    /// @param grpc      serves HTTP/2 connections
    /// @param insecure  serves those who have no certificate yet
    /// @param handlers  serve what others have registered for
    record Rooms(ConnectionHandler rpc, ConnectionHandler multiplex, ConnectionHandler snapshot,
            ConnectionHandler grpc, ConnectionHandler insecure, Handlers handlers) {}

    Door(ServerConfig config, Listener listener, TlsConfigurator tls, Counters counters, Rooms rooms) {
        this.config = config;
        this.listener = listener;
        this.tls = tls;
        this.counters = counters;
        lobby = new Lobby(Lobby.PLACES_PER_HANDSHAKE * config.maxHalfOpenHandshakes(), counters);
        upgrade = new TlsUpgrade(tls, config.handshakeTimeout(), config.maxHalfOpenHandshakes(), tlsCounters);
        certificates = new CertificateWatch(tls, InstantSource.system());
        places = new ConnectionsPerAddress(config.maxConnectionsPerClient());
        entrances = new TlsEntrances(tls, upgrade, config.handshakeTimeout(), lobby, rooms.insecure());
        var secured = new Routes.Tls(entrances::typed, entrances::insecure, entrances::direct);
        routes = new Routes(rooms.rpc(), rooms.multiplex(), rooms.snapshot(), rooms.grpc(), secured,
                rooms.handlers()).table();
    }

    /// Lets connections in, from now on.
    void open() {
        var policy = new RouterPolicy(config.handshakeTimeout(), tls::mutualTls, tls::verifyIncoming)
                .withServers(connection -> connection.tls().flatMap(tls::refusalOfServer));
        var router = new ProtocolRouter(routes, policy, lobby);
        entrances.leadBackTo(router);
        certificates.start();
        var loop = new AcceptLoop(listener, router, places, connections, lobby, counters);
        // The one platform thread: it keeps the process alive.
        accepting = Thread.ofPlatform().name("accept " + listener.address()).start(loop);
    }

    /// Takes over what may change while connections come in. Those that stand are not touched.
    ///
    /// @throws TlsConfigException when the new TLS cannot be; then nothing has changed
    void reload(ServerConfig next) throws TlsConfigException {
        tls.reload(next.tls());
        places.maximum(next.maxConnectionsPerClient());
        certificates.warn();
    }

    InetSocketAddress address() {
        return listener.address();
    }

    RoutingTable routes() {
        return routes;
    }

    void addTo(Map<String, Long> all) {
        tlsCounters.addTo(all);
        all.put("rpc.connections", (long) connections.size());
        all.put("rpc.connections_unknown", (long) lobby.size());
        all.put("rpc.evicted", lobby.evicted());
        all.put("rpc.tls.half_open", (long) upgrade.halfOpen());
        certificates.secondsLeft().ifPresent(seconds -> all.put("agent.tls.cert.expiry", seconds));
    }

    /// Lets nobody in any more; connections that stand are not touched.
    void stopListening() {
        certificates.close();
        try {
            listener.close();
        } catch (IOException e) {
            // The port is given back either way.
        }
    }

    /// Waits until the kernel has given the port back, which it does when the thread that accepts has left it.
    void awaitStopped() throws InterruptedException {
        if (accepting != null) {
            accepting.join(Duration.ofSeconds(1));
        }
    }

    /// Ends every connection.
    void abortAll() {
        connections.abortAll();
    }
}
