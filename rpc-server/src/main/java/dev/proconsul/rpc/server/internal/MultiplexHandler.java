package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.client.StreamConnection;
import java.io.IOException;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Serves a yamux session: every stream is a connection of its own, on a virtual thread of its own; what it carries is
/// for [dev.proconsul.rpc.api.StreamRouter] to find out.
///
/// Source: Consul `agent/consul/rpc.go`.
final class MultiplexHandler implements ConnectionHandler {
    private static final Logger LOG = System.getLogger("agent.server");

    private final ConnectionHandler streams;
    private final SessionConfig config;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final LogLimit logLimit = new LogLimit(System::nanoTime);

    /// @param streams serves each stream
    MultiplexHandler(ConnectionHandler streams, SessionConfig config) {
        this.streams = streams;
        this.config = config;
    }

    @Override
    public void serve(Connection connection) throws IOException, InterruptedException {
        var session = session(connection);
        sessions.add(session);
        try {
            while (true) {
                var stream = session.accept();
                Thread.startVirtualThread(() -> serve(stream, connection));
            }
        } catch (MuxException.SessionClosed e) {
            report(e, connection);
            session.close(); // waits until the peer has been told why
        } finally {
            sessions.remove(session);
            session.abort();
        }
    }

    private Session session(Connection connection) throws IOException {
        return StreamConnection.onSocketOf(connection, socket -> Session.server(socket, config))
                .orElseGet(() -> Session.server(
                        connection.input(), connection.output(), connection::abort, config));
    }

    /// A peer that goes, or whose connection is lost, is an expected end; one that breaks the rules is not.
    private void report(MuxException.SessionClosed end, Connection connection) {
        boolean rulesBroken = end.origin() == MuxException.Origin.LOCAL && end.code() != 0;
        if (rulesBroken && logLimit.pass()) {
            LOG.log(ERROR, () -> "multiplex conn accept failed: " + end.getMessage() + ": " + connection
                    + logLimit.omitted());
        } else {
            LOG.log(DEBUG, () -> "session ended: " + end.getMessage() + ": " + connection);
        }
    }

    /// Tells every peer to open no more streams.
    void goAway() {
        sessions.forEach(Session::goAway);
    }

    /// Ends every session after what is queued has been sent, and clients have had time to take it in; a session whose
    /// end takes longer is left behind, for somebody who aborts its connection.
    ///
    /// @param patienceNanos for all of them together
    void close(long patienceNanos) throws InterruptedException {
        var closing = sessions.stream().map(session -> Thread.startVirtualThread(session::close)).toList();
        long deadline = System.nanoTime() + patienceNanos;
        for (var thread : closing) {
            thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    private void serve(Stream stream, Connection carrier) {
        try (var connection = new StreamConnection(stream, carrier)) {
            streams.serve(connection);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "stream ended: " + e.getMessage() + ": " + carrier + " stream=" + stream.id());
        } catch (InterruptedException e) {
            LOG.log(DEBUG, () -> "stream cancelled: " + carrier + " stream=" + stream.id());
        } catch (RuntimeException | Error fault) {
            stream.reset();
            if (logLimit.pass()) {
                LOG.log(ERROR, () -> "stream ended by a fault of this server: " + carrier + " stream=" + stream.id()
                        + logLimit.omitted(), fault);
            }
        }
    }
}
