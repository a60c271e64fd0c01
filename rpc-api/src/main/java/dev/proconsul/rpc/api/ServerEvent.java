package dev.proconsul.rpc.api;

/// What has happened to a server that a [Membership] knows. Servers are the same when their [ServerInfo#node] and
/// [ServerInfo#datacenter] are.
public sealed interface ServerEvent {
    /// {@return the server, as it is known now}
    ServerInfo server();

    /// A server is there that was not: it joined, or was found alive again.
    /// @param server which
    record Added(ServerInfo server) implements ServerEvent {}

    /// A server is known otherwise than before (another id or address), or answers again; [Failed] follows if it does not.
    /// @param server as it is now
    record Changed(ServerInfo server) implements ServerEvent {}

    /// A server does not answer its peers, but is still listed. It may come back ([Changed]) or go ([Removed]).
    /// @param server which
    record Failed(ServerInfo server) implements ServerEvent {}

    /// A server is no longer listed.
    /// @param server which
    record Removed(ServerInfo server) implements ServerEvent {}
}
