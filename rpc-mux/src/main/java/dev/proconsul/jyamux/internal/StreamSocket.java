package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A stream as a socket, for code that takes nothing else, TLS layered over a stream above all. It is connected from
/// the start. It has no addresses, for a stream has none, and options of TCP do nothing.
final class StreamSocket extends Socket {
    private final Stream stream;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile int timeoutMillis;

    private StreamSocket(Stream stream, @Nullable SocketImpl none) throws SocketException {
        super(none);
        this.stream = stream;
    }

    static StreamSocket of(Stream stream) throws SocketException {
        return new StreamSocket(stream, null);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        checkOpen();
        return stream.input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        checkOpen();
        return stream.output();
    }

    private void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException("stream " + stream + " is closed");
        }
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        throw new SocketException("stream " + stream + " is connected already");
    }

    @Override
    public void bind(@Nullable SocketAddress bindpoint) throws IOException {
        throw new SocketException("stream " + stream + " is connected already");
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return null;
    }

    @Override
    public int getPort() {
        return 0;
    }

    @Override
    public int getLocalPort() {
        return -1;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // What is written leaves at once in any case.
    }

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {
        // The session sees to it.
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // Closing never waits.
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        checkOpen();
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout is " + timeout + ", expected 0 or more");
        }
        timeoutMillis = timeout;
        stream.readTimeout(Duration.ofMillis(timeout));
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void shutdownInput() throws IOException {
        checkOpen();
        inputShut = true;
        stream.stopReading();
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkOpen();
        outputShut = true;
        stream.finishWriting();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
    }

    @Override
    public String toString() {
        return "stream " + stream;
    }
}
