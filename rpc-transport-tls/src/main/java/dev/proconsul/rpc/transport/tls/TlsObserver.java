package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;

/// Told of handshakes with connections that come in, for logs and counters. Methods run on the connection's thread and
/// must be short.
public interface TlsObserver {
    /// Hears nothing.
    TlsObserver NONE = new TlsObserver() {};

    /// A handshake has succeeded.
    /// @param connection the connection
    /// @param identity   what is known of the peer now
    default void secured(Connection connection, TlsIdentity identity) {}

    /// A handshake has failed: what came was no TLS, the peer or this side refused, or time ran out.
    /// @param connection the connection
    /// @param reason     why, without secrets
    default void failed(Connection connection, String reason) {}

    /// A handshake had to give way to a newer one, because too many were half open.
    /// @param connection the connection, which is being aborted
    default void evicted(Connection connection) {}
}
