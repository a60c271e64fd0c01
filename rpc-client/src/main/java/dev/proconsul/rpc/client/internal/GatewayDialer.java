package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.GatewayLocator;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Dials a server of another datacenter through a mesh gateway: TCP to the gateway, which finds the server by the name
/// that the TLS handshake asks for, and learns the protocol by its ALPN name. Any thread.
///
/// Source: Consul `agent/pool/pool.go` (`DialRPCViaMeshGateway`); the texts are the reference's.
///
/// @param tls     certificates
/// @param locator knows gateways
/// @param target  which server
public record GatewayDialer(TlsConfigurator tls, GatewayLocator locator, ServerInfo target) implements Dialer {
    @Override
    public Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
        if (protocol.alpnName().isEmpty()) {
            throw new ConnectException("rpc type " + protocol.typeByte().orElse(-1)
                    + " cannot be routed through a mesh gateway");
        }
        if (!tls.mutualTls()) {
            throw new ConnectException("cannot dial via a mesh gateway when outgoing TLS is disabled");
        }
        var gateway = locator.gateway(target.datacenter())
                .orElseThrow(() -> new ConnectException("Remote DC has no server currently reachable"));
        var name = target.node() + "." + tls.config().serverName(target.datacenter());
        return TlsDialer.toName(tls, name).announcing(TlsDialer.Announce.BY_ALPN).dial(gateway, protocol, timeout);
    }
}
