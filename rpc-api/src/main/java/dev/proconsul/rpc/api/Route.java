package dev.proconsul.rpc.api;

/// A row of the routing table: which protocol, where it may come from, and what happens to it.
///
/// @param protocol the protocol
/// @param reach    where it may enter
/// @param callers  who may speak it
/// @param action   what happens to a connection that selects it
public record Route(Protocol protocol, Reach reach, Callers callers, Action action) {
    /// Where a protocol may enter.
    public enum Reach {
        /// In clear text (unless the server verifies what comes in) and inside TLS.
        CLEAR_OR_TLS,
        /// Never inside TLS: the rows that begin TLS themselves.
        CLEAR_ONLY,
        /// Only by its ALPN name.
        ALPN_ONLY
    }

    /// Who may speak a protocol.
    public enum Callers {
        /// Whoever may connect.
        ANYONE,
        /// Other servers of this datacenter, known by their certificate where the server verifies names.
        SERVERS
    }

    /// What happens to a connection.
    public sealed interface Action {
        /// It is served.
        /// @param handler by whom
        record Serve(ConnectionHandler handler) implements Action {}

        /// It is closed.
        /// @param reason   for the log and for `proconsul routes`
        /// @param farewell what the peer is told before, as the protocol has it; often nothing
        record Refuse(String reason, ConnectionHandler farewell) implements Action {
            /// Refuses without a word.
            /// @param reason for the log and for `proconsul routes`
            public Refuse(String reason) {
                this(reason, _ -> {});
            }
        }
    }

    /// {@return a row that anyone may enter, in clear text or inside TLS}
    /// @param protocol the protocol
    /// @param handler  who serves it
    public static Route serve(Protocol protocol, ConnectionHandler handler) {
        return new Route(protocol, Reach.CLEAR_OR_TLS, Callers.ANYONE, new Action.Serve(handler));
    }

    /// {@return a row that closes what enters}
    /// @param protocol the protocol
    /// @param reason   for the log and for `proconsul routes`
    public static Route refuse(Protocol protocol, String reason) {
        return new Route(protocol, Reach.CLEAR_OR_TLS, Callers.ANYONE, new Action.Refuse(reason));
    }

    /// {@return whether anybody may get in}
    public boolean serves() {
        return action instanceof Action.Serve;
    }

    /// {@return this row with another reach}
    /// @param newReach where it may enter
    public Route reachableBy(Reach newReach) {
        return new Route(protocol, newReach, callers, action);
    }

    /// {@return this row for servers only}
    public Route forServers() {
        return new Route(protocol, reach, Callers.SERVERS, action);
    }
}
