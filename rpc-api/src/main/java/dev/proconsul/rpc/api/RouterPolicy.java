package dev.proconsul.rpc.api;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// What the router must know of the server's configuration. The two conditions are read anew for every connection, so
/// that a reload takes effect at once.
///
/// @param handshakeTimeout how long the first byte may take; [Duration#ZERO] waits for ever. Default 5 s
///                         (`limits.rpc_handshake_timeout`)
/// @param mutualTls        whether the server has an authority and a certificate: then a first byte above
///                         [Protocol#highestTypeByte] begins native TLS
/// @param verifyIncoming   whether clear text is refused
/// @param servers          who may speak what only servers speak
public record RouterPolicy(
        Duration handshakeTimeout, BooleanSupplier mutualTls, BooleanSupplier verifyIncoming, ServerCheck servers) {
    /// A server without any TLS material: 5 s for the first byte, clear text allowed.
    public static final RouterPolicy CLEAR_TEXT =
            new RouterPolicy(Duration.ofSeconds(5), () -> false, () -> false, ServerCheck.NONE);

    /// Checks the timeout.
    public RouterPolicy {
        if (handshakeTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "handshakeTimeout is " + handshakeTimeout + ", but must not be negative");
        }
    }

    /// A policy that asks no server for proof.
    ///
    /// @param handshakeTimeout how long the first byte may take; [Duration#ZERO] waits for ever
    /// @param mutualTls        whether the server has an authority and a certificate
    /// @param verifyIncoming   whether clear text is refused
    public RouterPolicy(Duration handshakeTimeout, BooleanSupplier mutualTls, BooleanSupplier verifyIncoming) {
        this(handshakeTimeout, mutualTls, verifyIncoming, ServerCheck.NONE);
    }

    /// {@return this policy with another check of servers}
    /// @param check who may speak what only servers speak
    public RouterPolicy withServers(ServerCheck check) {
        return new RouterPolicy(handshakeTimeout, mutualTls, verifyIncoming, check);
    }

    /// {@return this policy with another handshake timeout}
    /// @param timeout how long the first byte may take; zero waits for ever
    public RouterPolicy withHandshakeTimeout(Duration timeout) {
        return new RouterPolicy(timeout, mutualTls, verifyIncoming, servers);
    }
}
