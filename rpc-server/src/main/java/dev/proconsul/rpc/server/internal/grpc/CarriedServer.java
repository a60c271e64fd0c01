package dev.proconsul.rpc.server.internal.grpc;

import dev.proconsul.rpc.endpoints.GrpcServices;
import dev.proconsul.rpc.transport.tls.HandOver;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// gRPC's own server, behind a door instead of a port. Nothing of gRPC loads before this class does, which is at the
/// first connection that speaks it.
final class CarriedServer {
    private static final int WAITING = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Executor THREADS = task -> Thread.ofVirtual().name("grpc").start(task);

    private final HandOver door;
    private final GrpcServices services;
    private final Server server;

    private CarriedServer(HandOver door, GrpcServices services, Server server) {
        this.door = door;
        this.services = services;
        this.server = server;
    }

    /// Starts it.
    ///
    /// @param address  what to give as its address
    /// @param limits   what peers may ask for
    /// @param services what it serves
    static CarriedServer start(InetSocketAddress address, GrpcLimits limits, GrpcServices services) throws IOException {
        TransportLog.limit();
        var door = new HandOver(address, WAITING);
        // "Insecure" means that gRPC adds no TLS: where there is some, it has been taken off before.
        var builder = OkHttpServerBuilder.forPort(address, InsecureServerCredentials.create())
                .socketFactory(door.sockets())
                .executor(THREADS)
                .transportExecutor(GrpcServices.gathering(THREADS))
                .permitKeepAliveTime(limits.minPingInterval().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(false)
                .maxInboundMessageSize(limits.maxMessageBytes())
                .maxConcurrentCallsPerConnection(limits.maxStreams());
        services.carriedBy(builder);
        return new CarriedServer(door, services, builder.build().start());
    }

    /// {@return whether gRPC has taken the socket}
    boolean take(Socket socket) throws InterruptedException {
        return door.offer(socket, PATIENCE);
    }

    /// Takes nothing new, tells peers so, and lets calls finish.
    void goAway() {
        services.drain();
        server.shutdown();
    }

    /// Ends what is left.
    void close() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        door.close();
    }

    long callsInFlight() {
        return services.callsInFlight();
    }

    Map<String, Long> counters() {
        return services.counters();
    }
}
