package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.internal.Millis;
import dev.proconsul.rpc.transport.tls.internal.SocketConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Dials in clear text: TCP, then the type byte. Immutable; any thread may dial.
///
/// A host name is looked up at every dial, and its addresses are tried in turn until the time is over.
/// Interrupting a thread that dials ends its attempt with an `InterruptedIOException`.
///
/// Source: Consul `agent/pool/pool.go`.
public final class TcpDialer implements Dialer {
    private final Optional<InetAddress> source;

    /// Makes a dialer that leaves the choice of the own address to the system.
    public TcpDialer() {
        this(Optional.empty());
    }

    private TcpDialer(Optional<InetAddress> source) {
        this.source = source;
    }

    /// {@return a dialer whose connections come from one of this machine's addresses, at a port that the system chooses}
    /// @param source which; one that stands for all of them leaves the choice to the system
    public static TcpDialer from(InetAddress source) {
        return new TcpDialer(Optional.of(source).filter(address -> !address.isAnyLocalAddress()));
    }

    @Override
    public Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
        int typeByte = protocol.typeByte()
                .orElseThrow(() -> new IllegalArgumentException(protocol + " has no type byte to dial with"));
        var connection = open(server, timeout);
        try {
            connection.output().write(typeByte);
            return connection;
        } catch (IOException e) {
            connection.abort();
            throw failed(server, e, timeout);
        }
    }

    /// Connects and says nothing.
    SocketConnection open(InetSocketAddress server, Duration timeout) throws IOException {
        try {
            return connect(server, timeout);
        } catch (IOException e) {
            throw failed(server, e, timeout);
        }
    }

    /// {@return what the caller is told of a failed attempt}
    static IOException failed(InetSocketAddress server, IOException e, Duration timeout) {
        if (e instanceof ClosedByInterruptException) {
            return (IOException) new InterruptedIOException("dialing " + text(server) + " was interrupted").initCause(e);
        }
        var message = "cannot connect to " + text(server) + ": " + reason(e, timeout);
        return (IOException) new ConnectException(message).initCause(e);
    }

    private SocketConnection connect(InetSocketAddress server, Duration timeout) throws IOException {
        long start = System.nanoTime();
        IOException failure = null;
        for (var address : addresses(server)) {
            var left = timeout.minusNanos(System.nanoTime() - start);
            if (failure != null && !left.isPositive()) {
                break;
            }
            try {
                return connectOne(new InetSocketAddress(address, server.getPort()), left);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                failure = Objects.requireNonNullElse(failure, e);
            }
        }
        throw failure == null ? new UnknownHostException(server.getHostString()) : failure;
    }

    private static InetAddress[] addresses(InetSocketAddress server) throws UnknownHostException {
        var known = server.getAddress();
        return known == null ? InetAddress.getAllByName(server.getHostString()) : new InetAddress[] {known};
    }

    private SocketConnection connectOne(InetSocketAddress address, Duration timeout) throws IOException {
        var channel = SocketChannel.open();
        try {
            if (source.isPresent()) {
                channel.bind(new InetSocketAddress(source.get(), 0));
            }
            channel.socket().connect(address, Millis.of(timeout));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            return SocketConnection.dialed(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String reason(IOException e, Duration timeout) {
        return switch (e) {
            case SocketTimeoutException _ -> "no answer within " + timeout.toMillis() + " ms";
            case UnknownHostException _ -> "the name does not resolve to an address";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    private static String text(InetSocketAddress server) {
        var host = server.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getPort();
    }
}
