package dev.proconsul.rpc.api;

/// Told what the router decides, for logs and counters. Methods run on the connection's thread and must be short.
public interface RouterObserver {
    /// Hears nothing.
    RouterObserver NONE = new RouterObserver() {};

    /// A connection has selected a protocol that is served.
    /// @param protocol   which
    /// @param connection the connection
    default void entered(Protocol protocol, Connection connection) {}

    /// A connection is about to be closed without having been served.
    /// @param refusal    why
    /// @param connection the connection
    default void refused(Refusal refusal, Connection connection) {}
}
