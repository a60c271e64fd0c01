package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.ServerSink;
import dev.proconsul.rpc.client.ServerSource;
import java.net.InetSocketAddress;
import java.util.List;

/// Servers of which only the addresses are known, which are their names as well.
///
/// @param datacenter of all of them
/// @param servers    where they listen
public record StaticServers(String datacenter, List<InetSocketAddress> servers) implements ServerSource {
    @Override
    public void start(ServerSink sink) {
        servers.forEach(server -> sink.joined(known(datacenter, server)));
    }

    /// {@return a server of which only the address is known}
    /// @param datacenter its datacenter
    /// @param server     where it listens
    public static ServerInfo known(String datacenter, InetSocketAddress server) {
        var address = Address.text(server);
        return new ServerInfo("", address, datacenter, address);
    }

    @Override
    public void close() {}
}
