package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.transport.tls.internal.HandshakeGate;
import dev.proconsul.rpc.transport.tls.internal.Material.Entry;
import dev.proconsul.rpc.transport.tls.internal.TlsConnection;
import java.io.IOException;
import java.time.Duration;

/// Secures connections that came in. What comes out is closed instead of what went in.
///
/// Every handshake has a deadline, also after type byte 7, where the reference has none. At most
/// [#DEFAULT_MAX_HALF_OPEN] (or as configured) may be half open: from the first record of the client to the end of the
/// handshake. Beyond that the oldest is aborted.
///
/// Threads: any.
///
/// Source: Consul `agent/consul/rpc.go`, `tlsutil/config.go`.
public final class TlsUpgrade {
    /// How many handshakes may be half open, unless configured otherwise.
    public static final int DEFAULT_MAX_HALF_OPEN = 1000;

    private final TlsConfigurator tls;
    private final Duration handshakeTimeout;
    private final HandshakeGate gate;
    private final TlsObserver observer;

    /// Makes an upgrade.
    ///
    /// @param tls              what to show and whom to trust; read anew for every handshake
    /// @param handshakeTimeout how long a handshake may take; zero for no limit
    /// @param maxHalfOpen      how many handshakes may be half open, 1 or more
    /// @param observer         told of every handshake
    public TlsUpgrade(TlsConfigurator tls, Duration handshakeTimeout, int maxHalfOpen, TlsObserver observer) {
        if (maxHalfOpen < 1) {
            throw new IllegalArgumentException("maxHalfOpen is " + maxHalfOpen + ", but must be 1 or more");
        }
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
        this.gate = new HandshakeGate(maxHalfOpen, observer);
        this.observer = observer;
    }

    /// What follows type byte 3. A client certificate is demanded if [TlsConfig#verifyIncoming] is on; no ALPN name is
    /// agreed on, the next byte inside selects the protocol.
    ///
    /// The handshake is made by the first read, peek or write; only then [Connection#tls] tells something.
    ///
    /// @param clear a connection from which the type byte has been taken, and no more
    /// @return the secure connection
    public Connection rpc(Connection clear) {
        return secure(clear, Entry.TYPE_BYTE);
    }

    /// What follows type byte 7: no client certificate is demanded, and no further byte selects anything.
    ///
    /// @param clear a connection from which the type byte has been taken, and no more
    /// @return the secure connection, after the handshake
    /// @throws IOException when the handshake failed; the peer has been told, and the connection is still to be closed
    public Connection insecure(Connection clear) throws IOException {
        return shaken(secure(clear, Entry.INSECURE));
    }

    /// TLS from the first byte: a client certificate is always demanded, and the ALPN name in [Connection#tls] says what
    /// is spoken. It may be missing. The time for the handshake has run since the connection was accepted.
    ///
    /// @param clear a connection from which nothing has been taken; its first byte may have been looked at
    /// @return the secure connection, after the handshake
    /// @throws IOException when the handshake failed; the peer has been told, and the connection is still to be closed
    public Connection nativeTls(Connection clear) throws IOException {
        return shaken(secure(clear, Entry.NATIVE));
    }

    /// {@return how many handshakes are half open}
    public int halfOpen() {
        return gate.size();
    }

    private TlsConnection secure(Connection clear, Entry entry) {
        return TlsConnection.accepted(clear, tls::material, entry, handshakeTimeout, gate, observer);
    }

    private static Connection shaken(TlsConnection connection) throws IOException {
        connection.handshake();
        return connection;
    }
}
