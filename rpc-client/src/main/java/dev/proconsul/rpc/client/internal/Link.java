package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.Session;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.StreamConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// A session and the connection that carries it. Any thread.
///
/// A link that opens no more streams is retired: its idle conversations are not used again, and calls in flight go on,
/// until the last of them is over or as long as the longest call may take.
final class Link {
    private final Connection connection;
    private final Session session;
    private final ClientConfig config;
    private volatile boolean retired;

    Link(Connection connection, Session session, ClientConfig config) {
        this.connection = connection;
        this.session = session;
        this.config = config;
    }

    boolean alive() {
        return !retired && session.isOpen();
    }

    /// {@return a conversation on a new stream}
    /// @throws IOException when the session opens none; the message names the server
    Conversation open() throws IOException, InterruptedException {
        try {
            var stream = session.open();
            stream.writeTimeout(config.callTimeout());
            return new Conversation(new StreamConnection(stream, connection), this::alive);
        } catch (InterruptedIOException e) {
            throw Interrupts.of(e);
        } catch (IOException e) {
            throw new IOException("cannot open a stream to " + config.address() + ": " + e.getMessage(), e);
        }
    }

    void retire() {
        retired = true;
    }

    /// Waits for calls in flight, and closes.
    void drain(Duration patience) {
        try {
            session.drain(patience);
        } catch (IOException e) {
            session.abort(); // it has ended already
        }
    }

    void abort() {
        session.abort();
    }
}
