package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.ConnectionSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes sockets that are connections of a dialer: whoever asks for one gets it with gRPC announced. Any thread.
public final class DialingSocketFactory extends SocketFactory {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Dialer dialer;
    private final Duration timeout;

    /// Makes a factory.
    /// @param dialer  how to connect
    /// @param timeout for each connection
    public DialingSocketFactory(Dialer dialer, Duration timeout) {
        this.dialer = dialer;
        this.timeout = timeout;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return dial(InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return dial(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return createSocket(host, port);
    }

    private Socket dial(InetSocketAddress server) throws IOException {
        return new ConnectionSocket(dialer.dial(server, Protocol.GRPC, timeout), UNKNOWN);
    }
}
