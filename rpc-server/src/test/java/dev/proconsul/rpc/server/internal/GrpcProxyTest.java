package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.transport.tls.TcpDialer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The proxy between plain clients and the port.
class GrpcProxyTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(HERE, 0);

    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private GrpcProxy proxyTo(InetSocketAddress server) throws IOException {
        return GrpcProxy.start(ANY_PORT, new GrpcProxy.Target(server, new TcpDialer(), Duration.ofSeconds(5)), complaints::add);
    }

    @Test
    @DisplayName("A stock gRPC client that knows nothing of type bytes lists services and asks for health")
    void servesAStockClient() throws IOException, InterruptedException {
        try (var server = TestServer.start(); var proxy = proxyTo(server.address());
                var client = GrpcClient.plain(proxy.address())) {
            assertEquals(ServingStatus.SERVING, client.health(""));
            assertTrue(client.services().contains("grpc.health.v1.Health"));
            assertEquals(client.services(), client.servicesOfOlderReflection());
        }
        assertEquals(List.of(), List.copyOf(complaints));
    }

    @Test
    @DisplayName("transport row 155: a client that half-closes has both sides closed")
    void closesBothSides() throws IOException {
        try (var server = TestServer.start(); var proxy = proxyTo(server.address()); var wire = Wire.to(proxy.address())) {
            wire.expect(Http2.GREETING);
            wire.finish().readToEnd();
            server.awaitCounter("rpc.connections", 0);
            Conditions.await(() -> proxy.open() == 0, () -> "the proxy holds " + proxy.open());
        }
    }

    @Test
    @DisplayName("transport row 155: a server that closes has both sides closed, and nothing it said is lost")
    void closesBothSidesOfAnEndedServer() throws IOException {
        try (var server = TestServer.start(); var proxy = proxyTo(server.address()); var wire = Wire.to(proxy.address())) {
            wire.send("474554202f").expect(Http2.GREETING).expectEnd();
            Conditions.await(() -> proxy.open() == 0, () -> "the proxy holds " + proxy.open());
        }
    }

    @Test
    void saysWhatCannotBeReached() throws IOException {
        int nobody;
        try (var port = new ServerSocket(0, 1, HERE)) {
            nobody = port.getLocalPort();
        }
        try (var proxy = proxyTo(new InetSocketAddress(HERE, nobody))) {
            for (int i = 0; i < 20; i++) {
                try (var wire = Wire.to(proxy.address())) {
                    wire.expectEnd();
                }
            }
            assertTrue(complaints.peek().startsWith("cannot connect to localhost:" + nobody + ": "), complaints::toString);
            assertEquals(LogLimit.LINES_PER_MINUTE, complaints.size(), "not a line for each");
        }
    }

    @Test
    void limitsItsConnections() throws IOException {
        try (var server = TestServer.start(); var proxy = proxyTo(server.address())) {
            var open = new ArrayList<Wire>();
            try {
                for (int i = 0; i < GrpcProxy.MAX_CONNECTIONS; i++) {
                    open.add(Wire.to(proxy.address()));
                }
                for (var wire : open) {
                    wire.expect(Http2.GREETING);
                }
                try (var tooMany = Wire.to(proxy.address())) {
                    tooMany.expectEnd();
                }
                Conditions.await(() -> !complaints.isEmpty(), () -> "no complaint"); // it comes after the end
                assertTrue(complaints.peek().contains("256 are open"), complaints::toString);
            } finally {
                for (var wire : open) {
                    wire.close();
                }
            }
            Conditions.await(() -> proxy.open() == 0, () -> "the proxy holds " + proxy.open());
        }
    }

    @Test
    void closingItEndsItsConnections() throws IOException {
        try (var server = TestServer.start()) {
            var proxy = proxyTo(server.address());
            try (var wire = Wire.to(proxy.address())) {
                wire.expect(Http2.GREETING);
                proxy.close();
                proxy.close();
                wire.expectEnd();
            }
            Conditions.await(() -> proxy.open() == 0, () -> "the proxy holds " + proxy.open());
        }
    }
}
