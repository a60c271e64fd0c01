package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.internal.Material;
import dev.proconsul.rpc.transport.tls.internal.TlsConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Dials with TLS: type byte 3, the handshake, the type byte inside ([Announce#BY_BYTE]); or TLS from the first byte and
/// an ALPN name ([Announce#BY_ALPN]). [Protocol#TLS_INSECURE] is dialed as type byte 7 with nothing inside.
///
/// The handshake is over when [#dial] returns. In TLS 1.3 a server that refuses our certificate says so only then, at
/// the first read.
///
/// Immutable; any thread may dial. The configuration is read anew at every dial.
///
/// Source: Consul `agent/pool/pool.go`, `tlsutil/config.go`.
public final class TlsDialer implements Dialer {
    private final TlsConfigurator tls;
    private final Peer peer;
    private final Announce announce;
    private final TcpDialer carriers;

    /// How the protocol is announced.
    public enum Announce {
        /// By a type byte, after type byte 3 and the handshake.
        BY_BYTE,
        /// By the one ALPN name that is offered. Then our certificate is always demanded.
        BY_ALPN
    }

    /// Whom to find at the other end, beyond somebody whom the authorities vouch for.
    private sealed interface Peer {
        /// A server of a datacenter, as the configuration demands.
        record ServerOf(String datacenter) implements Peer {}

        /// One that has a name.
        record Named(String name) implements Peer {}

        /// One that has the name that is dialed.
        record AsDialed() implements Peer {}
    }

    private TlsDialer(TlsConfigurator tls, Peer peer, Announce announce, TcpDialer carriers) {
        this.tls = tls;
        this.peer = peer;
        this.announce = announce;
        this.carriers = carriers;
    }

    /// Dials servers of a datacenter by the rules of the configuration: clear text without
    /// [TlsConfig#verifyOutgoing], TLS with it, and the name `server.<datacenter>.<domain>` asked for and verified with
    /// [TlsConfig#verifyServerHostname].
    ///
    /// @param tls        the configuration
    /// @param datacenter which
    /// @return the dialer
    public static TlsDialer toServersOf(TlsConfigurator tls, String datacenter) {
        return new TlsDialer(tls, new Peer.ServerOf(datacenter), Announce.BY_BYTE, new TcpDialer());
    }

    /// Dials with TLS, and accepts only a server that has a name.
    ///
    /// @param tls  the configuration; must have an authority
    /// @param name a DNS name, asked for (SNI) and verified; or an IP address, only verified
    /// @return the dialer
    public static TlsDialer toName(TlsConfigurator tls, String name) {
        return new TlsDialer(tls, new Peer.Named(name), Announce.BY_BYTE, new TcpDialer());
    }

    /// Dials with TLS, and accepts only a server that has the host name or address that is dialed.
    ///
    /// @param tls the configuration; must have an authority
    /// @return the dialer
    public static TlsDialer toHost(TlsConfigurator tls) {
        return new TlsDialer(tls, new Peer.AsDialed(), Announce.BY_BYTE, new TcpDialer());
    }

    /// {@return this dialer with another way to announce the protocol}
    /// @param how which
    public TlsDialer announcing(Announce how) {
        return new TlsDialer(tls, peer, how, carriers);
    }

    /// {@return this dialer with another way to make TCP connections}
    /// @param newCarriers which
    public TlsDialer over(TcpDialer newCarriers) {
        return new TlsDialer(tls, peer, announce, newCarriers);
    }

    @Override
    public Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
        if (peer instanceof Peer.ServerOf && !tls.verifyOutgoing()) {
            return carriers.dial(server, protocol, timeout);
        }
        var alpn = announce == Announce.BY_ALPN ? Optional.of(protocol.alpnName().orElseThrow(
                () -> new IllegalArgumentException(protocol + " has no ALPN name to dial with"))) : Optional.<String>empty();
        long start = System.nanoTime();
        var carrier = carriers.open(server, timeout);
        try {
            if (announce == Announce.BY_BYTE) {
                carrier.output().write(outerByte(protocol));
            }
            var connection = TlsConnection.dialed(carrier, usable(), name(server), alpn, left(timeout, start));
            connection.handshake();
            requireAlpn(connection, alpn);
            if (announce == Announce.BY_BYTE && protocol != Protocol.TLS_INSECURE) {
                connection.output().write(innerByte(protocol));
            }
            return connection;
        } catch (IOException e) {
            carrier.abort();
            throw TcpDialer.failed(server, e, timeout);
        } catch (RuntimeException e) {
            carrier.abort();
            throw e;
        }
    }

    private static Duration left(Duration timeout, long startNanos) {
        var left = timeout.minusNanos(System.nanoTime() - startNanos);
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    private Material usable() throws TlsConfigException {
        var material = tls.material();
        if (material.authorities().isEmpty()) {
            throw new TlsConfigException("TLS needs the certificate of an authority to verify the server with (ca_file)");
        }
        return material;
    }

    private Optional<String> name(InetSocketAddress server) {
        var config = tls.config();
        return switch (peer) {
            case Peer.ServerOf(String datacenter) when config.verifyServerHostname() || announce == Announce.BY_ALPN ->
                Optional.of(config.serverName(datacenter));
            case Peer.ServerOf _ -> Optional.empty();
            case Peer.Named(String name) -> Optional.of(name);
            case Peer.AsDialed() -> Optional.of(server.getHostString());
        };
    }

    private static void requireAlpn(Connection connection, Optional<String> offered) throws IOException {
        var agreed = connection.tls().flatMap(identity -> identity.alpn());
        if (!agreed.equals(offered)) {
            throw new ConnectException("the server agreed on no ALPN protocol, offered was " + offered.orElse("none"));
        }
    }

    private static int outerByte(Protocol protocol) {
        return (protocol == Protocol.TLS_INSECURE ? Protocol.TLS_INSECURE : Protocol.TLS).typeByte().orElseThrow();
    }

    private static int innerByte(Protocol protocol) {
        return protocol.typeByte()
                .orElseThrow(() -> new IllegalArgumentException(protocol + " has no type byte to dial with"));
    }
}
