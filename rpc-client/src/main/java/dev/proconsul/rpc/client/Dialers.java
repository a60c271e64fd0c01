package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.internal.GatewayDialer;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;

/// Which dialer reaches which server: clear text or TLS by datacenter, directly or through a gateway.
///
/// Asked at every dial, from several threads at once.
@FunctionalInterface
public interface Dialers {
    /// {@return what dials a server}
    /// @param server which
    Dialer to(ServerInfo server);

    /// {@return clear text for every server}
    static Dialers clearText() {
        return always(new TcpDialer());
    }

    /// {@return one dialer for every server}
    /// @param dialer which
    static Dialers always(Dialer dialer) {
        return _ -> dialer;
    }

    /// {@return for each server the rules of the configuration for its datacenter, see [TlsDialer#toServersOf]}
    /// @param tls the configuration
    static Dialers byDatacenter(TlsConfigurator tls) {
        return server -> TlsDialer.toServersOf(tls, server.datacenter());
    }

    /// {@return for servers of other datacenters the way through mesh gateways, by ALPN; for those of the own one
    /// another way}
    /// @param ownDatacenter the own one
    /// @param tls           certificates; a server's is asked for as `<node>.server.<datacenter>.<domain>`
    /// @param locator       knows gateways
    /// @param direct        reaches the servers of the own datacenter
    static Dialers throughGateways(String ownDatacenter, TlsConfigurator tls, GatewayLocator locator, Dialers direct) {
        return server -> server.datacenter().equals(ownDatacenter) ? direct.to(server)
                : new GatewayDialer(tls, locator, server);
    }
}
