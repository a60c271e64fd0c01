package dev.proconsul.rpc.api;

/// Why a connection was not let in.
///
/// @param kind    what to count it as
/// @param message what to log; peers of other implementations log the same words
public record Refusal(Kind kind, String message) {
    /// The kinds of refusal, each with a counter of its own.
    public enum Kind {
        /// No first byte came before the handshake deadline, or the connection failed while waiting for it.
        NO_FIRST_BYTE,
        /// The first byte selects nothing.
        UNKNOWN_BYTE,
        /// Clear text where the server insists on TLS.
        CLEAR_TEXT,
        /// TLS inside TLS.
        NESTED_TLS,
        /// A protocol that this server does not serve.
        NOT_SERVED,
        /// Native TLS without an ALPN name, or with one that this server does not serve.
        UNKNOWN_ALPN,
        /// A protocol of servers, spoken by a peer that is not known to be one.
        NOT_A_SERVER
    }
}
