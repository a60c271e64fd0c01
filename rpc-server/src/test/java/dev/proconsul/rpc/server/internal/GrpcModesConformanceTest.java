package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import dev.proconsul.rpc.transport.tls.TlsDialer.Announce;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// gRPC in the four modes of a server: in clear, inside TLS, and by its ALPN name.
class GrpcModesConformanceTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private static TestServer server(Mode mode) throws IOException {
        return TestServer.start(mode::of);
    }

    private static TlsDialer tls() throws TlsConfigException {
        return TlsDialer.toName(TlsConfigurator.load(TlsConfig.NONE
                .withAuthorities(pem("consul-agent-ca"))
                .withCertificate(pem("dc1-client-consul-0"), pem("dc1-client-consul-0-key"))), "server.dc1.consul");
    }

    private static PemSource pem(String name) {
        return PemSource.text(name, TlsClient.text(name));
    }

    private static GrpcClient client(TestServer server, Dialer dialer) {
        return new GrpcClient(GrpcChannels.open(server.address(), dialer, TIMEOUT));
    }

    private static void expectService(GrpcClient client) throws InterruptedException {
        assertEquals(ServingStatus.SERVING, client.health(""));
        assertTrue(client.services().contains("grpc.health.v1.Health"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 10, 14: byte 8 in clear is served, or refused where TLS is asked for")
    void inClear(Mode mode) throws IOException, InterruptedException {
        try (var server = server(mode)) {
            try (var wire = server.connect()) {
                wire.send("08");
                if (mode.takesClearText()) {
                    wire.expect(Http2.GREETING);
                } else {
                    wire.expectEnd();
                }
            }
            try (var client = client(server, new TcpDialer())) {
                if (mode.takesClearText()) {
                    expectService(client);
                } else {
                    var failure = assertThrows(StatusRuntimeException.class, () -> client.health(""));
                    assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_TLS")
    @DisplayName("transport row 31: byte 3, TLS, byte 8: SETTINGS inside TLS, with a TLS client that is not ours")
    void insideTls(Mode mode) throws IOException {
        try (var server = server(mode); var wire = TlsClient.CLIENT.after("03", server.address())) {
            wire.send("08").expect(Http2.GREETING);
            wire.send(Http2.join(Http2.PREFACE, Http2.frame(Http2.SETTINGS, 0, 0)));
            Http2.await(wire, Http2.SETTINGS);
            wire.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, 1, Http2.headers("/grpc.health.v1.Health/Check")),
                    Http2.frame(Http2.DATA, Http2.END_STREAM, 1, new byte[5]));
            assertEquals(1, Http2.await(wire, Http2.DATA).stream());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_TLS")
    @DisplayName("transport row 31: our channels through byte 3, TLS and byte 8")
    void channelsInsideTls(Mode mode) throws IOException, InterruptedException {
        try (var server = server(mode); var client = client(server, tls())) {
            expectService(client);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_TLS")
    @DisplayName("transport row 49: ALPN consul/rpc-grpc is negotiated, and HTTP/2 begins without a type byte")
    void byAlpn(Mode mode) throws IOException, InterruptedException {
        try (var server = server(mode)) {
            try (var wire = TlsClient.CLIENT.offering("consul/rpc-grpc").to(server.address())) {
                wire.expect(Http2.GREETING);
            }
            try (var client = client(server, tls().announcing(Announce.BY_ALPN))) {
                expectService(client);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_TLS")
    @DisplayName("A stock client of gRPC through the proxy, which does TLS, by byte and by name")
    void throughTheProxy(Mode mode) throws IOException, InterruptedException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (var dialer : new Dialer[] {tls(), tls().announcing(Announce.BY_ALPN)}) {
            try (var server = server(mode);
                    var proxy = GrpcProxy.start(anyPort, new GrpcProxy.Target(server.address(), dialer, TIMEOUT), line -> {
                        throw new AssertionError(line);
                    });
                    var client = GrpcClient.plain(proxy.address())) {
                expectService(client);
            }
        }
    }
}
