package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.StreamConnection;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Streams of one session, type byte 4. When the session has failed, the next caller dials a new one; callers that
/// come meanwhile wait for it and share it.
final class DialedStreams implements Dialed {
    private final Dialer dialer;
    private final ClientConfig config;
    private final ReentrantLock dialing = new ReentrantLock();

    // Guarded by dialing.
    private @Nullable Link link;
    private boolean closed;

    DialedStreams(Dialer dialer, ClientConfig config) {
        this.dialer = dialer;
        this.config = config;
    }

    @Override
    public Connection open() throws IOException, InterruptedException {
        var first = current(null);
        try {
            return first.open();
        } catch (IOException e) {
            return current(first).open(); // the session has ended since it was last used: dial once more
        }
    }

    @Override
    public void warmUp() throws IOException, InterruptedException {
        current(null);
    }

    /// {@return a live session}
    /// @param failed one that turned out not to be
    private Link current(@Nullable Link failed) throws IOException, InterruptedException {
        dialing.lockInterruptibly();
        try {
            if (closed) {
                throw new IOException("the client is closed");
            }
            var known = link;
            if (known == null || known == failed) {
                if (known != null) {
                    known.session().abort();
                }
                link = known = dial();
            }
            return known;
        } finally {
            dialing.unlock();
        }
    }

    private Link dial() throws IOException {
        var connection = dialer.dial(config.server(), Protocol.MULTIPLEX, config.dialTimeout());
        try {
            return new Link(
                    connection,
                    Session.client(connection.input(), connection.output(), connection::abort, SessionConfig.DEFAULT));
        } catch (RuntimeException e) {
            connection.abort();
            throw e;
        }
    }

    @Override
    public void close() {
        dialing.lock();
        try {
            closed = true;
            if (link != null) {
                link.session().abort();
            }
        } finally {
            dialing.unlock();
        }
    }

    /// A session and the connection that carries it.
    private record Link(Connection connection, Session session) {
        Connection open() throws IOException, InterruptedException {
            return new StreamConnection(session.open(), connection);
        }
    }
}
