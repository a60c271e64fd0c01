package dev.proconsul.rpc.server;

import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.Protocol;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who serves the protocols that a server does not speak itself: Raft, gossip. What nobody serves is refused, as by a
/// Consul server that has the feature switched off. Immutable.
///
/// ```java
/// var handlers = Handlers.NONE
///         .with(Protocol.RAFT, connection -> transport.takeOver(connection))
///         .with(Protocol.WAN_GOSSIP_PACKET, new GossipPackets((packet, from) -> gossip.received(packet, from)));
/// try (var server = RpcServer.start(config, handlers)) { … }
/// ```
///
/// A handler gets a connection whose type byte is taken, whose TLS handshake is done, and whose peer has shown the
/// certificate of a server where the row asks for one (`proconsul routes`). It runs on a virtual thread of the
/// connection and must not return before the conversation is over: then the connection is closed. A server that closes
/// aborts it, which [dev.proconsul.rpc.api.Connection#onAbort] tells.
///
/// [Protocol#GOSSIP] comes in three ways: as the first byte of a connection, as that of a multiplexed stream, and by its
/// ALPN name.
public final class Handlers {
    /// Nothing is served beyond what the server speaks itself.
    public static final Handlers NONE = new Handlers(Map.of());

    private static final Set<Protocol> OPEN = EnumSet.of(Protocol.RAFT, Protocol.RAFT_FORWARDING, Protocol.GOSSIP,
            Protocol.WAN_GOSSIP_PACKET, Protocol.WAN_GOSSIP_STREAM);

    private final Map<Protocol, ConnectionHandler> handlers;

    private Handlers(Map<Protocol, ConnectionHandler> handlers) {
        this.handlers = handlers;
    }

    /// Adds a handler.
    ///
    /// @param protocol [Protocol#RAFT], [Protocol#RAFT_FORWARDING], [Protocol#GOSSIP], [Protocol#WAN_GOSSIP_PACKET] or
    ///                 [Protocol#WAN_GOSSIP_STREAM]
    /// @param handler  serves its connections; takes the place of one that was added before
    /// @return these handlers and that one
    /// @throws IllegalArgumentException when the protocol is not one of these
    public Handlers with(Protocol protocol, ConnectionHandler handler) {
        if (!OPEN.contains(protocol)) {
            throw new IllegalArgumentException("a server serves " + protocol + " itself; handlers are for " + OPEN);
        }
        var all = new EnumMap<Protocol, ConnectionHandler>(Protocol.class);
        all.putAll(handlers);
        all.put(protocol, handler);
        return new Handlers(all);
    }

    /// {@return who serves a protocol; empty when nobody does}
    /// @param protocol which
    public Optional<ConnectionHandler> of(Protocol protocol) {
        return Optional.ofNullable(handlers.get(protocol));
    }
}
