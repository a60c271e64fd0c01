package dev.proconsul.rpc.client;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/// A stream of the multiplexer as a connection: this is where jyamux and the rest of the house meet, on both sides.
public final class StreamConnection implements Connection {
    private final Stream stream;
    private final Connection carrier;

    /// Makes the view; closing it closes the stream, not the connection that carries it.
    /// @param stream  the stream
    /// @param carrier the connection that its session runs on
    public StreamConnection(Stream stream, Connection carrier) {
        this.stream = stream;
        this.carrier = carrier;
    }

    /// Starts the client's side of a session, which closes the connection at its end.
    /// @param carrier the connection that it runs on; nobody else uses it from now on
    /// @param config  limits and times
    /// @return the running session
    public static Session clientSession(Connection carrier, SessionConfig config) {
        return carrier.takeSocket()
                .map(socket -> endingWith(carrier, Session.client(socket, config)))
                .orElseGet(() -> Session.client(carrier.input(), carrier.output(), carrier, config));
    }

    /// Starts the server's side of a session, which closes the connection at its end.
    /// @param carrier the connection that it runs on; nobody else uses it from now on
    /// @param config  limits and times
    /// @return the running session
    public static Session serverSession(Connection carrier, SessionConfig config) {
        return carrier.takeSocket()
                .map(socket -> endingWith(carrier, Session.server(socket, config)))
                .orElseGet(() -> Session.server(carrier.input(), carrier.output(), carrier::abort, config));
    }

    private static Session endingWith(Connection carrier, Session session) {
        carrier.onAbort(session::abort);
        return session;
    }

    @Override
    public InputStream input() {
        return stream.input();
    }

    @Override
    public OutputStream output() {
        return stream.output();
    }

    @Override
    public int peek() throws IOException {
        return stream.peek();
    }

    @Override
    public void finishWriting() throws IOException {
        stream.finishWriting();
    }

    @Override
    public void readTimeout(Duration timeout) {
        stream.readTimeout(timeout);
    }

    @Override
    public SocketAddress peer() {
        return carrier.peer();
    }

    @Override
    public Optional<TlsIdentity> tls() {
        return carrier.tls();
    }

    @Override
    public void onAbort(Runnable action) {
        stream.onAbort(action);
    }

    @Override
    public void abort() {
        stream.reset();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    @Override
    public String toString() {
        return carrier + " stream=" + stream.id();
    }
}
