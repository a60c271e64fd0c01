package dev.proconsul.rpc.server.internal.grpc;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.GrpcChannels;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Channels to other servers, one for each that was asked. A channel without calls costs no connection for long.
///
/// Nothing of gRPC loads before the first is asked for. Any thread.
public final class ServerChannels implements AutoCloseable {
    /// Of each stream: a peer may open many to another datacenter and read none of them.
    private static final int WINDOW_BYTES = 65_535;

    private final Dialers dialers;
    private final Duration dialTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ServerInfo, ManagedChannel> channels = new HashMap<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /// Makes no channel yet.
    /// @param dialers     how to get to servers
    /// @param dialTimeout for a connection
    public ServerChannels(Dialers dialers, Duration dialTimeout) {
        this.dialers = dialers;
        this.dialTimeout = dialTimeout;
    }

    /// {@return the channel to a server; calls on it fail at once when this is closed}
    /// @param server which; this class closes the channel
    public Channel to(ServerInfo server) {
        lock.lock();
        try {
            var channel = channels.computeIfAbsent(server, this::open);
            return closed ? channel.shutdownNow() : channel;
        } finally {
            lock.unlock();
        }
    }

    private ManagedChannel open(ServerInfo server) {
        var address = server.address();
        int colon = address.lastIndexOf(':');
        var host = address.substring(0, colon).replace("[", "").replace("]", "");
        var unresolved = InetSocketAddress.createUnresolved(host, Integer.parseInt(address.substring(colon + 1)));
        return GrpcChannels.open(unresolved, dialers.to(server), dialTimeout, WINDOW_BYTES);
    }

    /// Ends all calls and connections.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            channels.values().forEach(ManagedChannel::shutdownNow);
        } finally {
            lock.unlock();
        }
    }
}
