package dev.proconsul.rpc.client;

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
