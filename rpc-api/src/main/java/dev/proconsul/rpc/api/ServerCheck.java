package dev.proconsul.rpc.api;

import java.util.Optional;

/// Says whether a peer may speak what only servers of this datacenter speak. Any thread; must be short.
///
/// Source: Consul `tlsutil/config.go`, `AuthorizeServerConn`.
@FunctionalInterface
public interface ServerCheck {
    /// Asks for no proof.
    ServerCheck NONE = _ -> Optional.empty();

    /// Looks at a peer.
    ///
    /// @param connection a connection that has selected a row of [Route.Callers#SERVERS]
    /// @return why it may not; empty when it may
    Optional<String> objection(Connection connection);
}
