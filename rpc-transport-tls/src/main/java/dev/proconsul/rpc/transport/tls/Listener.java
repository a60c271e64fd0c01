package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.transport.tls.internal.SocketConnection;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;

/// A TCP port that accepts connections.
///
/// Threads: one thread accepts; any thread may close, which ends a waiting [#accept] with an exception. Connections
/// that were accepted outlive their listener.
public final class Listener implements Closeable {
    /// How many connections the kernel holds until they are accepted; it silently caps the number itself.
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final InetSocketAddress address;

    private Listener(ServerSocketChannel channel) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
    }

    /// Binds a port and listens on it.
    ///
    /// @param address where; port 0 takes any free port
    /// @return the listener, to be closed by the caller
    /// @throws IOException when the port cannot be bound; the message names address and reason
    public static Listener bind(InetSocketAddress address) throws IOException {
        var channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new Listener(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                    + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case UnresolvedAddressException _ -> "the name does not resolve to an address";
            case BindException _ when e.getMessage() != null -> e.getMessage();
            default -> e.toString();
        };
    }

    /// {@return where this listener listens, with the port that was taken}
    public InetSocketAddress address() {
        return address;
    }

    /// Waits for the next connection.
    ///
    /// @return an open connection, to be closed by the caller
    /// @throws java.nio.channels.ClosedChannelException when the listener has been closed
    /// @throws IOException when a connection could not be accepted; the next one may be
    public Connection accept() throws IOException {
        var socket = channel.accept();
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            return SocketConnection.accepted(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
