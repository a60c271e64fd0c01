package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.structs.proto.StateChangeSubscriptionGrpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Makes channels with what all of ours have in common.
public final class Channels {
    private static final int MAX_MESSAGE_BYTES = 8 << 20;
    /// Bytes that servers may send before this side has taken them: of a stream, whose reader has to read them, and of
    /// all streams of a connection, from which gRPC takes them as they come. With gRPC's 64 KiB an OkHttp server looks
    /// through all streams of a connection for every 32 KiB that go over it. What a stream's reader leaves is kept
    /// here, so much for each stream. Source: gRPC's default with Netty.
    public static final int WINDOW_BYTES = 1 << 20;
    private static final long PING_AFTER_SECONDS = 30;
    private static final long PING_TIMEOUT_SECONDS = 10;
    private static final Executor THREADS = task -> Thread.ofVirtual().name("grpc client").start(task);

    static {
        NameResolverRegistry.getDefaultRegistry().register(new ServerResolver.Provider());
        LoadBalancerRegistry.getDefaultRegistry().register(new ServerBalancer.Provider());
    }

    private Channels() {}

    /// Finds out whether all libraries are there.
    /// @throws LinkageError if not
    static void check() {
        Objects.requireNonNull(StateChangeSubscriptionGrpc.getSubscribeMethod());
        Objects.requireNonNull(OkHttpChannelBuilder.class);
    }

    /// {@return a channel to the servers of a target, which is closed with it}
    /// @param target  which servers
    /// @param retries whether gRPC itself makes a call again that has failed
    public static ManagedChannel to(ServerTarget target, boolean retries) {
        var builder = common(
                        OkHttpChannelBuilder.forTarget(target.name(), InsecureChannelCredentials.create()), WINDOW_BYTES)
                .socketFactory(new ServerSockets(target))
                .defaultLoadBalancingPolicy(ServerBalancer.NAME);
        return (retries ? builder.enableRetry() : builder.disableRetry()).build();
    }

    /// {@return a builder with Consul's limits}
    /// @param builder to which target; "insecure", as gRPC adds no TLS to what the dialer has made
    /// @param window  bytes of each stream that are kept until its reader takes them
    public static OkHttpChannelBuilder common(OkHttpChannelBuilder builder, int window) {
        return builder
                .proxyDetector(_ -> null)
                .executor(THREADS)
                .transportExecutor(THREADS)
                .keepAliveTime(PING_AFTER_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false)
                .flowControlWindow(window)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .intercept(new MessageSizeLimit(MAX_MESSAGE_BYTES))
                .defaultServiceConfig(RetryPolicy.serviceConfig())
                .userAgent("proconsul");
    }
}
