package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A [Connection] in the form of a [Socket], for libraries that know nothing else: what they read and write is what
/// comes out of the connection, with its type byte taken and its TLS removed.
///
/// There is no system socket behind it. Timeouts and the end of either direction are passed on; other options of
/// sockets are the connection's affair and are ignored.
///
/// Threads: as for a socket, one reads and one writes; any thread closes.
public class ConnectionSocket extends Socket {
    private final Connection connection;
    private final InputStream input;
    private final OutputStream output;
    private final InetSocketAddress local;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile int timeoutMillis;

    /// Shows a connection as a socket.
    ///
    /// @param connection closed with this socket
    /// @param local      what to give as the address of this side
    /// @throws SocketException never
    public ConnectionSocket(Connection connection, InetSocketAddress local) throws SocketException {
        this(connection, connection.input(), connection.output(), local);
    }

    /// Shows a connection as a socket, with other streams in front of those of the connection.
    ///
    /// @param connection closed with this socket
    /// @param input      what is read
    /// @param output     where is written to
    /// @param local      what to give as the address of this side
    /// @throws SocketException never
    public ConnectionSocket(Connection connection, InputStream input, OutputStream output, InetSocketAddress local)
            throws SocketException {
        super((SocketImpl) null);
        this.connection = connection;
        this.input = input;
        this.output = new Output(output);
        this.local = local;
    }

    /// {@return the connection}
    protected final Connection connection() {
        return connection;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireOpen();
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireOpen();
        return output;
    }

    @Override
    public void shutdownInput() throws IOException {
        requireOpen();
        inputShut = true; // what still comes is not asked for
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        finishWriting();
    }

    private void finishWriting() throws IOException {
        output.flush();
        outputShut = true;
        connection.finishWriting();
    }

    @Override
    public final void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            closeConnection();
        }
    }

    /// Ends the connection. Called once, by the first [#close].
    ///
    /// @throws IOException when what was written could not be sent
    protected void closeConnection() throws IOException {
        connection.close();
    }

    private void requireOpen() throws SocketException {
        if (closed.get()) {
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public boolean isClosed() {
        return closed.get();
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
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return connection.peer();
    }

    @Override
    public InetAddress getInetAddress() {
        return connection.peer() instanceof InetSocketAddress peer ? peer.getAddress() : InetAddress.getLoopbackAddress();
    }

    @Override
    public int getPort() {
        return connection.peer() instanceof InetSocketAddress peer ? peer.getPort() : 0;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local;
    }

    @Override
    public InetAddress getLocalAddress() {
        return local.getAddress();
    }

    @Override
    public int getLocalPort() {
        return local.getPort();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        try {
            connection.readTimeout(Duration.ofMillis(timeout));
            timeoutMillis = timeout;
        } catch (IOException e) {
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public String toString() {
        return "socket of " + connection;
    }

    /// Closing the output of a socket closes the socket; here the peer hears first that nothing more comes.
    private final class Output extends FilterOutputStream {
        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed.get()) {
                finishWriting();
            }
            ConnectionSocket.this.close();
        }
    }
}
