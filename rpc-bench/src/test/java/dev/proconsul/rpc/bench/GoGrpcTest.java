package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.server.internal.GrpcProxy;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import io.grpc.CallOptions;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// gRPC on the port, with grpc-go at the other end: in the version of Consul 1.21, and as stock as grpcurl uses it.
/// The program is in `src/go-grpc`.
@Tag("interop")
class GoGrpcTest {
    private static final int CHECKS = 14;
    private static final Path PROGRAM = Path.of("target/go/grpcpeer").toAbsolutePath();

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        var build = new ProcessBuilder("go", "build", "-o", PROGRAM.toString(), ".")
                .directory(Path.of("src/go-grpc").toFile()).redirectErrorStream(true);
        build.environment().put("GOFLAGS", "-buildvcs=false");
        var process = build.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static Child peer(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        return Child.start("grpcpeer", command);
    }

    private static RpcServer server() throws IOException {
        return RpcServer.start(ServerConfig.dev().withServerPort(0));
    }

    private static String text(InetSocketAddress address) {
        return "127.0.0.1:" + address.getPort();
    }

    @Test
    @DisplayName("A Go client with a type byte of preamble lists services and calls health (transport section 8)")
    void straightThroughByte8() throws Exception {
        try (var server = server(); var checks = peer("typed", text(server.address()))) {
            Interop.passes(checks, CHECKS, _ -> false);

            assertTrue(Interop.comesTrue(() -> server.counters().get("rpc.connections") == 0), "connections are left open");
        }
    }

    @Test
    @DisplayName("A Go client that knows nothing of type bytes does the same through the proxy")
    void throughTheProxy() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = server();
                var proxy = GrpcProxy.start(anyPort,
                        new GrpcProxy.Target(server.address(), new TcpDialer(), Duration.ofSeconds(5)), System.err::println);
                var checks = peer("plain", text(proxy.address()))) {
            Interop.passes(checks, CHECKS, _ -> false);

            assertTrue(Interop.comesTrue(() -> server.counters().get("rpc.connections") == 0), "connections are left open");
        }
    }

    @Test
    @DisplayName("Our channels call a Go server that takes gRPC behind type byte 8, as Consul's does")
    void ourChannelsCallAGoServer() throws Exception {
        try (var peer = peer("server")) {
            var address = peer.expect("listening", Duration.ofSeconds(20));
            var channel = GrpcChannels.open(ClientConfig.of(address));
            try {
                var answer = ClientCalls.blockingUnaryCall(channel, HealthGrpc.getCheckMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                        HealthCheckRequest.getDefaultInstance());
                assertEquals(ServingStatus.SERVING, answer.getStatus());
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
