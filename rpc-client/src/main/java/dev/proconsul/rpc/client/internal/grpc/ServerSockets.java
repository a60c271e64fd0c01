package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.internal.Address;
import dev.proconsul.rpc.transport.tls.ConnectionSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Connects to the servers of a target, each in its own way. Any thread.
final class ServerSockets extends SocketFactory {
    private static final int DEFAULT_PORT = 8300;
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ServerTarget target;

    ServerSockets(ServerTarget target) {
        this.target = target;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        for (var server : target.servers()) {
            if (ServerResolver.address(server).getHostString().equals(host)) {
                var connection = target.dialers.to(server).dial(
                        Address.parse(server.address(), DEFAULT_PORT), Protocol.GRPC, target.dialTimeout);
                return new ConnectionSocket(connection, UNKNOWN);
            }
        }
        throw new IOException("failed to find Consul server for global address \"" + host + "\"");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port); // given with the address, and not looked up
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
}
