package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.transport.tls.Listener;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;

/// Accepts connections and serves each on a virtual thread of its own, as far as its client's address has a place.
///
/// Source: Consul `agent/consul/rpc.go`. Deviation: after a failed accept (no file handle left) it waits a moment
/// instead of trying again without pause.
final class AcceptLoop implements Runnable {
    private static final Logger LOG = System.getLogger("agent.server.rpc");
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 50;

    private final Listener listener;
    private final ProtocolRouter router;
    private final ConnectionsPerAddress places;
    private final OpenConnections connections;
    private final Counters counters;
    private final Lobby lobby;
    private final LogLimit logLimit = new LogLimit(System::nanoTime);
    private final LogLimit rejections = new LogLimit(1, System::nanoTime);

    AcceptLoop(
            Listener listener,
            ProtocolRouter router,
            ConnectionsPerAddress places,
            OpenConnections connections,
            Lobby lobby,
            Counters counters) {
        this.listener = listener;
        this.router = router;
        this.places = places;
        this.connections = connections;
        this.lobby = lobby;
        this.counters = counters;
    }

    @Override
    public void run() {
        while (true) {
            try {
                admit(listener.accept());
            } catch (ClosedChannelException e) {
                return; // the server is closing
            } catch (IOException | RuntimeException | Error e) {
                // Not even a full heap may end this thread: it alone keeps the process alive.
                if (!notAccepted(e)) {
                    return;
                }
            }
        }
    }

    /// {@return whether to go on}
    private boolean notAccepted(Throwable reason) {
        try {
            if (logLimit.pass()) {
                LOG.log(ERROR, () -> "failed to accept RPC conn: " + reason + logLimit.omitted());
            }
        } catch (RuntimeException | Error e) {
            // The reason why nothing could be accepted keeps it from being told, too.
        }
        return pause();
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void admit(Connection connection) {
        var address = ((InetSocketAddress) connection.peer()).getAddress();
        if (!places.enter(address)) {
            counters.rejected();
            if (rejections.pass()) {
                LOG.log(ERROR, () -> "rejecting RPC conn from because rpc_max_conns_per_client exceeded: " + connection
                        + " limit=" + places.maximum() + rejections.omitted());
            }
            connection.abort();
            return;
        }
        counters.accepted();
        try {
            Thread.ofVirtual().name("conn " + connection).start(() -> serve(connection, address));
        } catch (RuntimeException | Error e) {
            places.leave(address);
            connection.abort();
            throw e;
        }
    }

    private void serve(Connection connection, InetAddress address) {
        try (connection) {
            if (connections.add(connection)) {
                lobby.enter(connection);
                router.accepted(connection);
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "connection ended: " + e.getMessage() + ": " + connection);
        } catch (InterruptedException e) {
            LOG.log(DEBUG, () -> "connection ended by the server: " + connection);
        } catch (RuntimeException | Error fault) {
            if (logLimit.pass()) {
                LOG.log(WARNING, () -> "connection ended by a fault of this server: " + connection
                        + logLimit.omitted(), fault);
            }
        } finally {
            lobby.leave();
            connections.remove(connection);
            places.leave(address);
        }
    }
}
