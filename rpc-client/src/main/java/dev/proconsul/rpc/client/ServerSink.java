package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;

/// Is told which servers there are. Any thread.
///
/// A server is told from others of its datacenter by its node name.
public interface ServerSink {
    /// A server is there, or has changed.
    /// @param server as it is now
    void joined(ServerInfo server);

    /// A server has left.
    /// @param server which
    void left(ServerInfo server);

    /// A server does not answer its peers.
    /// @param server which
    void failed(ServerInfo server);

    /// The address of the leader of the own datacenter has become known, or is known no longer.
    /// @param address `host:port` of its server port; empty when there is no leader
    void leader(String address);

    /// What a membership tells, in the terms of this.
    /// @param event what has happened to a server
    default void happened(ServerEvent event) {
        switch (event) {
            case ServerEvent.Added(ServerInfo server) -> joined(server);
            case ServerEvent.Changed(ServerInfo server) -> joined(server);
            case ServerEvent.Failed(ServerInfo server) -> failed(server);
            case ServerEvent.Removed(ServerInfo server) -> left(server);
        }
    }
}
