package dev.proconsul.rpc.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

/// Every protocol that can enter the server port, with the byte and the ALPN name that select it.
///
/// The order is that of the type bytes. The set is closed: a `switch` over it has no `default`, so that a protocol
/// without a row in the routing table does not compile.
///
/// Source: Consul `agent/pool/conn.go`; `docs/routing.md`.
public enum Protocol {
    /// net/rpc over msgpack: one conversation on the whole connection.
    RPC(0, "consul/rpc-single"),
    /// Raft messages between servers of one datacenter.
    RAFT(1, "consul/raft"),
    /// The multiplexer that yamux replaced; no living peer speaks it.
    MULTIPLEX_V1(2, null),
    /// A TLS handshake follows; inside it the first byte is read again.
    TLS(3, null),
    /// yamux; every stream is a net/rpc conversation.
    MULTIPLEX(4, "consul/rpc-multi"),
    /// One snapshot request, then archive bytes.
    SNAPSHOT(5, "consul/rpc-snapshot"),
    /// Gossip of network areas.
    GOSSIP(6, "consul/rpc-gossip"),
    /// A TLS handshake without client certificate, then net/rpc on the insecure endpoint set.
    TLS_INSECURE(7, null),
    /// HTTP/2 with prior knowledge, for gRPC.
    GRPC(8, "consul/rpc-grpc"),
    /// gRPC between servers that forwards resource writes to the leader.
    RAFT_FORWARDING(9, "consul/raft-forwarding"),
    /// Length-prefixed gossip packets between datacenters.
    WAN_GOSSIP_PACKET(-1, "consul/wan-gossip/packet"),
    /// A gossip stream between datacenters.
    WAN_GOSSIP_STREAM(-1, "consul/wan-gossip/stream"),
    /// TLS from the very first byte; the ALPN name that both sides agree on selects the protocol inside.
    NATIVE_TLS(-1, null);

    private static final int UNSELECTABLE = -1;
    private static final Protocol[] BY_BYTE = byByte();

    private final int typeByte;
    private final @Nullable String alpn;

    Protocol(int typeByte, @Nullable String alpn) {
        this.typeByte = typeByte;
        this.alpn = alpn;
    }

    /// {@return the byte that selects this protocol, 0 to 9; empty where no byte does}
    public OptionalInt typeByte() {
        return typeByte == UNSELECTABLE ? OptionalInt.empty() : OptionalInt.of(typeByte);
    }

    /// {@return the name that selects this protocol in native TLS; empty where none does}
    public Optional<String> alpnName() {
        return Optional.ofNullable(alpn);
    }

    /// {@return the protocol that a type byte selects; empty for a byte that selects none}
    /// @param value the first byte of a connection, 0 to 255
    public static Optional<Protocol> ofTypeByte(int value) {
        return value >= 0 && value < BY_BYTE.length ? Optional.of(BY_BYTE[value]) : Optional.empty();
    }

    /// {@return the protocol that an ALPN name selects; empty for a name that selects none}
    /// @param name the negotiated name, as in the TLS handshake
    public static Optional<Protocol> ofAlpnName(String name) {
        return Arrays.stream(values()).filter(p -> name.equals(p.alpn)).findFirst();
    }

    /// {@return every ALPN name, in the order in which a server prefers them}
    public static List<String> alpnNames() {
        return Arrays.stream(values()).map(Protocol::alpnName).flatMap(Optional::stream).toList();
    }

    /// {@return the greatest type byte; a greater first byte can only be the start of a TLS record}
    public static int highestTypeByte() {
        return BY_BYTE.length - 1;
    }

    private static Protocol[] byByte() {
        return Arrays.stream(values()).filter(p -> p.typeByte != UNSELECTABLE).toArray(Protocol[]::new);
    }
}
