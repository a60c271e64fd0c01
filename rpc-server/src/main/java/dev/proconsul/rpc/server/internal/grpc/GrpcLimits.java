package dev.proconsul.rpc.server.internal.grpc;

import java.time.Duration;

/// What peers that speak gRPC may ask for.
///
/// @param openingTimeout   how long a peer may take to say that it speaks HTTP/2. Source: grpc-go, 120 s
/// @param maxConnections   open at a time, all peers together; beside the limit of each address
/// @param maxStreams       open at a time on one connection
/// @param maxHeaderBytes   of one header block as it comes, compressed; decoded it may have 8 KiB
/// @param maxResets        how many streams a peer may reset at once; as many again each second after that
/// @param maxMessageBytes  of a message that comes. Source: grpc-go, 4 MiB
/// @param minPingInterval  of pings while calls are open; without calls, 2 hours. Source: Consul
///                         `agent/grpc-internal/handler.go`, 15 s
/// @param stallTimeout     how long a peer may go on sending while it takes nothing in
public record GrpcLimits(
        Duration openingTimeout,
        int maxConnections,
        int maxStreams,
        int maxHeaderBytes,
        int maxResets,
        int maxMessageBytes,
        Duration minPingInterval,
        Duration stallTimeout) {
    /// What a server starts with.
    public static final GrpcLimits DEFAULT = new GrpcLimits(Duration.ofSeconds(120), 10_000, 2_048, 64 << 10, 2_048,
            4 << 20, Duration.ofSeconds(15), Duration.ofSeconds(60));

    /// {@return these limits with another time for the opening}
    /// @param time more than zero
    public GrpcLimits withOpeningTimeout(Duration time) {
        return new GrpcLimits(time, maxConnections, maxStreams, maxHeaderBytes, maxResets, maxMessageBytes,
                minPingInterval, stallTimeout);
    }

    /// {@return these limits with another number of connections}
    /// @param number 1 or more
    public GrpcLimits withMaxConnections(int number) {
        return new GrpcLimits(openingTimeout, number, maxStreams, maxHeaderBytes, maxResets, maxMessageBytes,
                minPingInterval, stallTimeout);
    }

    /// {@return these limits with another number of streams per connection}
    /// @param number 1 or more
    public GrpcLimits withMaxStreams(int number) {
        return new GrpcLimits(openingTimeout, maxConnections, number, maxHeaderBytes, maxResets, maxMessageBytes,
                minPingInterval, stallTimeout);
    }
}
