package dev.proconsul.rpc.server.internal;

import static dev.proconsul.rpc.api.Route.refuse;
import static dev.proconsul.rpc.api.Route.serve;

import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.Route;
import dev.proconsul.rpc.api.Route.Reach;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.server.Handlers;

/// The table: what may enter the port, and where it goes.
///
/// @param rpc       serves net/rpc on a whole connection
/// @param multiplex serves yamux sessions
/// @param snapshot  serves transfers of snapshots
/// @param grpc      serves HTTP/2 connections
/// @param tls       begins TLS
/// @param handlers  serve what others have registered for
public record Routes(
        ConnectionHandler rpc, ConnectionHandler multiplex, ConnectionHandler snapshot, ConnectionHandler grpc, Tls tls,
        Handlers handlers) {
    private static final String UNKNOWN = "unrecognized RPC byte: byte=%d";

    /// The three rows that begin TLS.
    /// @param typed    after byte 3
    /// @param insecure after byte 7
    /// @param direct   from the first byte
    public record Tls(ConnectionHandler typed, ConnectionHandler insecure, ConnectionHandler direct) {}

    /// {@return the table of a server for which nobody has registered anything, to be shown and not to be served}
    public static RoutingTable toShow() {
        ConnectionHandler nobody = _ -> {};
        return new Routes(nobody, nobody, nobody, nobody, new Tls(nobody, nobody, nobody), Handlers.NONE).table();
    }

    RoutingTable table() {
        return RoutingTable.of(this::routeOf);
    }

    /// A protocol without a row does not compile. There is no TLS inside TLS: hence CLEAR_ONLY.
    private Route routeOf(Protocol protocol) {
        return switch (protocol) {
            case RPC -> serve(protocol, rpc);
            case RAFT -> registered(protocol, "Raft connection refused: this server is alone").forServers();
            case MULTIPLEX_V1 -> refuse(protocol, UNKNOWN.formatted(2));
            case TLS -> serve(protocol, tls.typed()).reachableBy(Reach.CLEAR_ONLY);
            case MULTIPLEX -> serve(protocol, multiplex);
            case SNAPSHOT -> serve(protocol, snapshot);
            case GOSSIP -> gossip(handlers);
            case TLS_INSECURE -> serve(protocol, tls.insecure()).reachableBy(Reach.CLEAR_ONLY);
            case GRPC -> serve(protocol, grpc);
            case RAFT_FORWARDING -> registered(protocol, UNKNOWN.formatted(9)).forServers();
            case WAN_GOSSIP_PACKET, WAN_GOSSIP_STREAM ->
                registered(protocol, "WAN gossip refused: this server gossips with nobody").reachableBy(Reach.ALPN_ONLY);
            case NATIVE_TLS -> serve(protocol, tls.direct()).reachableBy(Reach.CLEAR_ONLY);
        };
    }

    /// The row that is also that of multiplexed streams.
    static Route gossip(Handlers handlers) {
        return registered(Protocol.GOSSIP, UNKNOWN.formatted(6), handlers);
    }

    private Route registered(Protocol protocol, String otherwise) {
        return registered(protocol, otherwise, handlers);
    }

    private static Route registered(Protocol protocol, String otherwise, Handlers handlers) {
        return handlers.of(protocol).map(handler -> serve(protocol, handler))
                .orElseGet(() -> refuse(protocol, otherwise));
    }
}
