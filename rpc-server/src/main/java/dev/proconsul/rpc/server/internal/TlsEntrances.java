package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.api.Refusal;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsRefusal;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The three rows that begin TLS. What comes out of the handshake goes back to the router, by its first byte or by its
/// ALPN name; after byte 7 there is neither, and it goes to the insecure set.
///
/// Whether there is a certificate is asked anew for every connection, because a reload may bring one.
final class TlsEntrances {
    static final String NO_CERTIFICATE = "TLS connection refused: this server has no certificate";

    private final TlsConfigurator tls;
    private final TlsUpgrade upgrade;
    private final Duration handshakeTimeout;
    private final Lobby lobby;
    private final ConnectionHandler insecure;
    private @Nullable ProtocolRouter router; // set once, before the first connection

    /// @param lobby    holds who is shaking hands
    /// @param insecure serves what comes after byte 7
    TlsEntrances(TlsConfigurator tls, TlsUpgrade upgrade, Duration handshakeTimeout, Lobby lobby,
            ConnectionHandler insecure) {
        this.tls = tls;
        this.upgrade = upgrade;
        this.handshakeTimeout = handshakeTimeout;
        this.lobby = lobby;
        this.insecure = insecure;
    }

    /// The router and its table need each other.
    void leadBackTo(ProtocolRouter inner) {
        router = inner;
    }

    /// Byte 3: the handshake is part of waiting for the byte inside.
    void typed(Connection clear) throws IOException, InterruptedException {
        if (hasCertificate(clear)) {
            try (var secure = upgrade.rpc(clear)) {
                router().insideTls(secure);
            }
        }
    }

    /// Byte 7.
    void insecure(Connection clear) throws IOException, InterruptedException {
        if (hasCertificate(clear)) {
            try (var secure = upgrade.insecure(clear)) {
                lobby.leave(); // there is no byte inside that could tell
                insecure.serve(secure);
            }
        }
    }

    /// TLS from the first byte.
    void direct(Connection clear) throws IOException, InterruptedException {
        if (hasCertificate(clear)) {
            try (var secure = upgrade.nativeTls(clear)) {
                router().negotiated(secure);
            }
        }
    }

    private ProtocolRouter router() {
        if (router == null) {
            throw new IllegalStateException("a connection came before the router");
        }
        return router;
    }

    /// Without a certificate, the alert that says so.
    private boolean hasCertificate(Connection clear) throws IOException {
        if (tls.hasCertificate()) {
            return true;
        }
        lobby.refused(new Refusal(Refusal.Kind.NOT_SERVED, NO_CERTIFICATE), clear);
        clear.readTimeout(handshakeTimeout);
        new TlsRefusal().serve(clear);
        return false;
    }
}
