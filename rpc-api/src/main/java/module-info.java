import org.jspecify.annotations.NullMarked;

/// The words that all sides of the server port share, and first-byte routing.
///
/// Start with [dev.proconsul.rpc.api.Protocol], the closed set of protocols that can enter the port, and
/// [dev.proconsul.rpc.api.ProtocolRouter], which reads the first byte of a connection and picks a row of the table.
/// What enters is a [dev.proconsul.rpc.api.Connection]; what serves it is a [dev.proconsul.rpc.api.ConnectionHandler].
/// Replication and membership are interfaces here ([dev.proconsul.rpc.api.Consensus],
/// [dev.proconsul.rpc.api.Membership]) and have their implementations elsewhere; so are the two that a server asks about
/// others, [dev.proconsul.rpc.api.ServerRoutes] and [dev.proconsul.rpc.api.RemoteServers].
///
/// This module knows no socket, no TLS engine, no wire struct and no multiplexer. It needs nothing but the JDK's base.
@NullMarked
module dev.proconsul.rpc.api {
    requires static org.jspecify;

    exports dev.proconsul.rpc.api;
}
