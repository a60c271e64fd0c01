package dev.proconsul.rpc.api;

import dev.proconsul.rpc.api.Route.Action;
import dev.proconsul.rpc.api.Route.Callers;
import dev.proconsul.rpc.api.Route.Reach;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Reads the first byte of a connection and hands the connection to the row of the table that it selects.
///
/// Pure logic: no socket, no clock, no thread. The same router serves accepted connections and what comes out of a TLS
/// handshake: through [#insideTls] by another first byte, through [#negotiated] by the ALPN name. All three end in the
/// same table.
///
/// ```
///   first byte ──► nothing came ............................. NO_FIRST_BYTE (an end of stream: silence)
///              ──► above 9, clear text, mutual TLS .......... row NATIVE_TLS, the byte stays unread
///              ──► clear text, verified server, not 3 or 7 .. CLEAR_TEXT
///              ──► 3 or 7 inside TLS ........................ NESTED_TLS
///              ──► 0 to 9 ................................... the row of the byte: served, or NOT_SERVED
///              ──► anything else ............................ UNKNOWN_BYTE
///
///   ALPN name  ──► of a row that serves ..................... that row
///              ──► any other, or none ....................... UNKNOWN_ALPN
///
///   the row    ──► is for servers, and the peer is none ..... NOT_A_SERVER
/// ```
///
/// Source: Consul `agent/consul/rpc.go`.
public final class ProtocolRouter {
    private final RoutingTable table;
    private final RouterPolicy policy;
    private final RouterObserver observer;

    /// Makes a router.
    /// @param table    a row for every protocol
    /// @param policy   what the server's configuration says
    /// @param observer told of every decision
    public ProtocolRouter(RoutingTable table, RouterPolicy policy, RouterObserver observer) {
        this.table = table;
        this.policy = policy;
        this.observer = observer;
    }

    /// Serves an accepted connection until it ends. The caller closes it.
    ///
    /// @param connection where nothing has been read yet
    /// @throws IOException          when the connection failed
    /// @throws InterruptedException when the server shuts down
    public void accepted(Connection connection) throws IOException, InterruptedException {
        route(connection, false);
    }

    /// Serves what came out of a TLS handshake that a type byte began. The caller closes it.
    ///
    /// @param connection the secure connection
    /// @throws IOException          when the connection failed
    /// @throws InterruptedException when the server shuts down
    public void insideTls(Connection connection) throws IOException, InterruptedException {
        route(connection, true);
    }

    /// Serves what came out of a TLS handshake that began with the first byte of a connection. The caller closes it.
    ///
    /// @param connection the secure connection, after its handshake
    /// @throws IOException          when the connection failed
    /// @throws InterruptedException when the server shuts down
    public void negotiated(Connection connection) throws IOException, InterruptedException {
        var name = connection.tls().flatMap(TlsIdentity::alpn);
        var route = name.flatMap(Protocol::ofAlpnName).map(table::route).filter(Route::serves);
        if (route.isPresent()) {
            enter(route.get(), connection);
        } else {
            refuse(connection, new Refusal(Refusal.Kind.UNKNOWN_ALPN,
                    "discarding RPC for unknown negotiated protocol: protocol=" + name.orElse("none")));
        }
    }

    private void route(Connection connection, boolean insideTls) throws IOException, InterruptedException {
        connection.readTimeout(policy.handshakeTimeout());
        int first;
        try {
            first = connection.peek();
        } catch (IOException e) {
            refuse(connection, new Refusal(Refusal.Kind.NO_FIRST_BYTE, whyNoByte(e)));
            return;
        }
        if (first == -1) {
            return; // connected and thought better of it: nothing to say
        }
        connection.readTimeout(Duration.ZERO);
        act(decide(first, insideTls), connection);
    }

    private String whyNoByte(IOException e) {
        var what = policy.mutualTls().getAsBoolean() ? "failed to read first byte: " : "failed to read byte: ";
        // Some exceptions of channels have no message: then the name says what happened.
        return what + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    /// What a first byte leads to. A pure function of its arguments, the table and the policy.
    Decision decide(int first, boolean insideTls) {
        if (!insideTls && first > Protocol.highestTypeByte() && policy.mutualTls().getAsBoolean()) {
            return enter(table.route(Protocol.NATIVE_TLS), false);
        }
        var selected = Protocol.ofTypeByte(first).map(table::route);
        boolean beginsTls = selected.filter(route -> route.reach() == Reach.CLEAR_ONLY).isPresent();
        if (!insideTls && !beginsTls && policy.verifyIncoming().getAsBoolean()) {
            return refuse(Refusal.Kind.CLEAR_TEXT, "Non-TLS connection attempted with VerifyIncoming set");
        }
        if (insideTls && beginsTls) {
            return refuse(Refusal.Kind.NESTED_TLS, "TLS connection attempting to establish inner TLS connection");
        }
        return selected.map(route -> enter(route, true))
                .orElseGet(() -> refuse(Refusal.Kind.UNKNOWN_BYTE, "unrecognized RPC byte: byte=" + first));
    }

    private static Decision enter(Route route, boolean takesByte) {
        return new Decision.Enter(route, takesByte);
    }

    private static Decision refuse(Refusal.Kind kind, String message) {
        return new Decision.Refused(new Refusal(kind, message));
    }

    private void act(Decision decision, Connection connection) throws IOException, InterruptedException {
        switch (decision) {
            case Decision.Refused(Refusal refusal) -> refuse(connection, refusal);
            case Decision.Enter(Route route, boolean takesByte) -> {
                if (takesByte) {
                    connection.input().skipNBytes(1);
                }
                enter(route, connection);
            }
        }
    }

    private void enter(Route route, Connection connection) throws IOException, InterruptedException {
        switch (route.action()) {
            case Action.Serve(ConnectionHandler handler) -> {
                var objection = route.callers() == Callers.SERVERS
                        ? policy.servers().objection(connection) : Optional.<String>empty();
                if (objection.isPresent()) {
                    refuse(connection, new Refusal(Refusal.Kind.NOT_A_SERVER, objection.get()));
                    return;
                }
                observer.entered(route.protocol(), connection);
                handler.serve(connection);
            }
            case Action.Refuse(String reason, ConnectionHandler farewell) -> {
                refuse(connection, new Refusal(Refusal.Kind.NOT_SERVED, reason));
                connection.readTimeout(policy.handshakeTimeout());
                farewell.serve(connection);
            }
        }
    }

    private void refuse(Connection connection, Refusal refusal) {
        observer.refused(refusal, connection);
    }

    /// What to do with a connection.
    sealed interface Decision {
        /// Hand it to a row.
        /// @param route     the row
        /// @param takesByte whether the first byte was a type byte, and not part of what follows
        record Enter(Route route, boolean takesByte) implements Decision {}

        /// Close it.
        /// @param refusal why
        record Refused(Refusal refusal) implements Decision {}
    }
}
