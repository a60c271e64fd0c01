package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ProtocolRouter;
import dev.proconsul.rpc.api.Route;
import dev.proconsul.rpc.api.RouterObserver;
import dev.proconsul.rpc.api.RouterPolicy;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.endpoints.GrpcObserver;
import dev.proconsul.rpc.endpoints.GrpcServices;
import dev.proconsul.rpc.server.internal.grpc.GrpcHandler;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/// A process that serves [GrpcBytes] in one of several ways, prints its port, and lives until its input ends.
///
/// - `port`: our accept loop, router, TLS and hand-over, with type bytes, as in the server;
/// - `own`, `own-tls`: the same gRPC server on a port of its own, TLS by gRPC;
/// - `netty`: gRPC's Netty server on a port of its own; `netty-door`: around connections that somebody else accepted.
final class GrpcBenchServer {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private GrpcBenchServer() {}

    /// Runs.
    /// @param args the way, and a directory with certificates
    public static void main(String[] args) throws IOException {
        var certificates = Path.of(args[1]);
        int port = switch (args[0]) {
            case "port" -> port(certificates);
            case "own" -> own(InsecureServerCredentials.create());
            case "own-tls" -> own(TlsServerCredentials.create(
                    certificates.resolve("server.pem").toFile(), certificates.resolve("server-key.pem").toFile()));
            case "netty" -> started(NettyServerBuilder.forAddress(ANY_PORT));
            case "netty-door" -> NettyDoor.open(builder -> guarded(builder));
            default -> throw new IllegalArgumentException(args[0]);
        };
        System.out.println("listening " + port);
        while (System.in.read() >= 0) {
            // Nothing is said; the end of it is the word to leave.
        }
        System.exit(0);
    }

    /// The same services and guards for everyone.
    private static ServerBuilder<?> guarded(ServerBuilder<?> builder) {
        GrpcServices.of(GrpcObserver.NONE, List.of(new GrpcBytes())).carriedBy(builder);
        return builder.executor(THREADS);
    }

    private static int started(ServerBuilder<?> builder) throws IOException {
        return guarded(builder).build().start().getPort();
    }

    private static int own(ServerCredentials credentials) throws IOException {
        return started(OkHttpServerBuilder.forPort(ANY_PORT, credentials).transportExecutor(THREADS));
    }

    private static int port(Path certificates) throws IOException {
        var listener = Listener.bind(ANY_PORT);
        var tls = TlsConfigurator.load(TlsConfig.NONE
                .withAuthorities(PemSource.file(certificates.resolve("ca.pem")))
                .withCertificate(PemSource.file(certificates.resolve("server.pem")),
                        PemSource.file(certificates.resolve("server-key.pem"))));
        var upgrade = new TlsUpgrade(tls, Duration.ofSeconds(5), 100, TlsObserver.NONE);
        var handler = new GrpcHandler(listener.address(), GrpcLimits.DEFAULT, () -> List.of(new GrpcBytes()));
        var router = new ProtocolRouter[1];
        var table = RoutingTable.of(protocol -> switch (protocol) {
            case GRPC -> Route.serve(Protocol.GRPC, handler);
            case TLS -> Route.serve(Protocol.TLS, clear -> {
                try (var secure = upgrade.rpc(clear)) {
                    router[0].insideTls(secure);
                }
            }).reachableBy(Route.Reach.CLEAR_ONLY);
            case RPC, RAFT, MULTIPLEX_V1, MULTIPLEX, SNAPSHOT, GOSSIP, TLS_INSECURE, RAFT_FORWARDING, WAN_GOSSIP_PACKET,
                    WAN_GOSSIP_STREAM, NATIVE_TLS -> Route.refuse(protocol, "not measured here");
        });
        router[0] = new ProtocolRouter(table, new RouterPolicy(Duration.ofSeconds(5), () -> true, () -> false),
                RouterObserver.NONE);
        Thread.ofPlatform().daemon().start(() -> accept(listener, router[0]));
        return listener.address().getPort();
    }

    private static void accept(Listener listener, ProtocolRouter router) {
        try {
            while (true) {
                var connection = listener.accept();
                Thread.startVirtualThread(() -> serve(connection, router));
            }
        } catch (IOException e) {
            System.err.println("bench: " + e);
        }
    }

    private static void serve(Connection connection, ProtocolRouter router) {
        try (connection) {
            router.accepted(connection);
        } catch (IOException | InterruptedException e) {
            System.err.println("bench: " + e);
        }
    }
}
