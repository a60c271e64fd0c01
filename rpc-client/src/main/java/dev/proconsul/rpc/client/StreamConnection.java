package dev.proconsul.rpc.client;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.Stream;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

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

    /// Starts a session on the socket below a connection, which can do more with it than with two streams. From then on
    /// the session closes the socket, and ends when the connection is aborted or closed.
    /// @param carrier nobody reads or writes it
    /// @param start   makes the session
    /// @return the session, or empty if the connection has no socket to give (see [Connection#takeChannel])
    /// @throws IOException when the session could not be made, and then the socket could not be closed
    public static Optional<Session> onSocketOf(Connection carrier, Function<SocketChannel, Session> start)
            throws IOException {
        var channel = carrier.takeChannel();
        if (channel.isEmpty()) {
            return Optional.empty();
        }
        try {
            var session = start.apply(channel.get());
            carrier.onAbort(session::abort);
            return Optional.of(session);
        } catch (RuntimeException | Error e) { // for want of memory, or of a thread
            channel.get().close();
            throw e;
        }
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
