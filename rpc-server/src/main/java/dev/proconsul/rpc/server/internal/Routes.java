package dev.proconsul.rpc.server.internal;

import static dev.proconsul.rpc.api.Route.refuse;
import static dev.proconsul.rpc.api.Route.serve;

import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.Route;
import dev.proconsul.rpc.api.Route.Action;
import dev.proconsul.rpc.api.Route.Callers;
import dev.proconsul.rpc.api.Route.Reach;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.transport.tls.TlsRefusal;

/// The table: what may enter the port, and where it goes.
///
/// @param rpc       serves net/rpc on a whole connection
/// @param multiplex serves yamux sessions
/// @param grpc      serves HTTP/2 connections
public record Routes(ConnectionHandler rpc, ConnectionHandler multiplex, ConnectionHandler grpc) {
    private static final String UNKNOWN = "unrecognized RPC byte: byte=%d";
    private static final String NO_CERTIFICATE = "TLS connection refused: this server has no certificate";

    /// {@return the table of a development server, to be shown and not to be served}
    public static RoutingTable ofDevelopmentServer() {
        return new Routes(_ -> {}, _ -> {}, _ -> {}).table();
    }

    RoutingTable table() {
        return RoutingTable.of(this::routeOf);
    }

    /// A protocol without a row does not compile.
    private Route routeOf(Protocol protocol) {
        return switch (protocol) {
            case RPC -> serve(protocol, rpc);
            case MULTIPLEX -> serve(protocol, multiplex);
            case RAFT ->
                refuse(protocol, "Raft connection refused: this server is alone and replicates nothing").forServers();
            case MULTIPLEX_V1 -> refuse(protocol, UNKNOWN.formatted(2));
            case TLS, TLS_INSECURE -> withoutCertificate(protocol);
            case SNAPSHOT -> refuse(protocol, "snapshot connection refused: this server takes no snapshots");
            case GOSSIP -> refuse(protocol, UNKNOWN.formatted(6));
            case GRPC -> serve(protocol, grpc);
            case RAFT_FORWARDING -> refuse(protocol, UNKNOWN.formatted(9)).forServers();
            case WAN_GOSSIP_PACKET, WAN_GOSSIP_STREAM ->
                refuse(protocol, "WAN gossip refused: this server gossips with nobody")
                        .reachableBy(Reach.ALPN_ONLY).forServers();
            case NATIVE_TLS -> refuse(protocol, NO_CERTIFICATE).reachableBy(Reach.CLEAR_ONLY);
        };
    }

    /// No TLS inside TLS, hence [Reach#CLEAR_ONLY]; and without a certificate, the alert that says so.
    private static Route withoutCertificate(Protocol protocol) {
        var farewell = new Action.Refuse(NO_CERTIFICATE, new TlsRefusal());
        return new Route(protocol, Reach.CLEAR_ONLY, Callers.ANYONE, farewell);
    }
}
