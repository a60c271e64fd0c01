package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.internal.SocketConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Dials in clear text: TCP, then the type byte. Stateless; any thread may dial.
///
/// Source: Consul `agent/pool/pool.go`.
public final class TcpDialer implements Dialer {
    /// Makes a dialer.
    public TcpDialer() {}

    @Override
    public Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
        int typeByte = protocol.typeByte()
                .orElseThrow(() -> new IllegalArgumentException(protocol + " has no type byte to dial with"));
        var channel = SocketChannel.open();
        try {
            connect(channel, server, timeout);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            var connection = new SocketConnection(channel);
            connection.output().write(typeByte);
            return connection;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void connect(SocketChannel channel, InetSocketAddress server, Duration timeout) throws IOException {
        var where = server.getHostString() + ":" + server.getPort();
        try {
            if (server.isUnresolved()) {
                throw new UnknownHostException("the name " + server.getHostString() + " does not resolve");
            }
            channel.socket().connect(server, Math.toIntExact(Math.max(1, timeout.toMillis())));
        } catch (SocketTimeoutException e) {
            throw new ConnectException("cannot connect to " + where + ": no answer within " + timeout.toMillis() + " ms");
        } catch (IOException e) {
            var failure = new ConnectException("cannot connect to " + where + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }
}
