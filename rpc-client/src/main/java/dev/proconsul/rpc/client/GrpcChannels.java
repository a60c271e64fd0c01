package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.internal.grpc.Channels;
import dev.proconsul.rpc.client.internal.grpc.DialingSocketFactory;
import dev.proconsul.rpc.client.internal.grpc.ServerTarget;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Opens gRPC channels to the port of a server, ours or Consul's: the connection announces gRPC by its type byte or its
/// ALPN name, and the rest is HTTP/2 as everywhere.
///
/// ```java
/// var channel = GrpcChannels.open(ClientConfig.of("127.0.0.1:8300"));
/// try {
///     HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
/// } finally {
///     channel.shutdown();
/// }
/// ```
///
/// Limits are those of Consul's own clients: messages of 8 MiB either way; a ping after 30 s of silence while calls are
/// open, and 10 s for its answer; up to 5 attempts, for every method when the server is out of resources and for reads
/// also after most other failures. A channel dials when it is first used, and again when its connection is lost. It
/// uses no HTTP proxy, whatever the JVM's settings say.
///
/// The channel is gRPC's: whoever opens it shuts it down. Whoever uses this class requires gRPC's modules, see the
/// module description.
///
/// Source: Consul `agent/grpc-internal/client.go`.
public final class GrpcChannels {
    private GrpcChannels() {}

    /// A channel to the port of a server.
    ///
    /// @param config where it listens, and how long a connection may take; the rest is for net/rpc
    /// @return a channel, to be shut down by the caller
    public static ManagedChannel open(ClientConfig config) {
        return open(config.server(), new TcpDialer(), config.dialTimeout());
    }

    /// A channel to the port of a server.
    ///
    /// @param server      where it listens; an unresolved name is looked up at each dial
    /// @param dialer      how to get there; it is asked for [dev.proconsul.rpc.api.Protocol#GRPC]
    /// @param dialTimeout for a connection, more than zero
    /// @return a channel, to be shut down by the caller
    public static ManagedChannel open(InetSocketAddress server, Dialer dialer, Duration dialTimeout) {
        return open(server, dialer, dialTimeout, Channels.WINDOW_BYTES);
    }

    /// A channel to the port of a server, for those who pass on what others are slow to take.
    ///
    /// @param server      where it listens; an unresolved name is looked up at each dial
    /// @param dialer      how to get there; it is asked for [dev.proconsul.rpc.api.Protocol#GRPC]
    /// @param dialTimeout for a connection, more than zero
    /// @param window      bytes of each stream that are kept here until its reader takes them, 65,535 or more; 1 MiB for
    ///                    all other channels
    /// @return a channel, to be shut down by the caller
    public static ManagedChannel open(InetSocketAddress server, Dialer dialer, Duration dialTimeout, int window) {
        checked(dialTimeout);
        if (window < 65_535) {
            throw new IllegalArgumentException("a window of " + window + " bytes, expected at least 65535");
        }
        return Channels.common(OkHttpChannelBuilder.forAddress(
                        server.getHostString(), server.getPort(), InsecureChannelCredentials.create()), window)
                .socketFactory(new DialingSocketFactory(dialer, dialTimeout))
                .enableRetry()
                .build();
    }

    /// A channel to the servers of a datacenter that a router knows. All calls go over one connection to one server. When
    /// a call ends in a way that another server may do better, as for want of resources, further calls go to the server
    /// whose last failure is the oldest; and they go to another whenever the router has shuffled its list.
    ///
    /// @param router      knows the servers: those met among the members of the own datacenter, or for another datacenter
    ///                    those met among the servers of all
    /// @param datacenter  which
    /// @param dialers     how to reach each; asked for [dev.proconsul.rpc.api.Protocol#GRPC]
    /// @param dialTimeout for a connection, more than zero
    /// @return a channel, to be shut down by the caller
    public static ManagedChannel toDatacenter(
            ServerRouter router, String datacenter, Dialers dialers, Duration dialTimeout) {
        return Channels.to(ServerTarget.of(router, dialers, checked(dialTimeout), Optional.of(datacenter)), true);
    }

    /// A channel to the leader of the router's own datacenter, whoever that is. While there is none, calls fail.
    ///
    /// @param router      knows the leader
    /// @param dialers     how to reach it; asked for [dev.proconsul.rpc.api.Protocol#GRPC]
    /// @param dialTimeout for a connection, more than zero
    /// @return a channel, to be shut down by the caller
    public static ManagedChannel toLeader(ServerRouter router, Dialers dialers, Duration dialTimeout) {
        return Channels.to(ServerTarget.of(router, dialers, checked(dialTimeout), Optional.empty()), true);
    }

    private static Duration checked(Duration dialTimeout) {
        if (!dialTimeout.isPositive()) {
            throw new IllegalArgumentException("dialTimeout is " + dialTimeout + ", but must be more than zero");
        }
        return dialTimeout;
    }
}
