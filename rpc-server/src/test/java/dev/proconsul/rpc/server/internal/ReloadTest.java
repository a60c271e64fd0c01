package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// TLS that changes while the server runs.
class ReloadTest {
    private static PemSource pem(String name) {
        var url = Objects.requireNonNull(ReloadTest.class.getResource("/tls/" + name + ".pem"), name);
        return PemSource.file(Path.of(url.getPath()));
    }

    private static TlsConfig tls(String certificate, boolean verify) {
        return TlsConfig.NONE.withAuthorities(pem("consul-agent-ca"))
                .withCertificate(pem(certificate), pem(certificate + "-key")).withVerification(verify, verify, verify);
    }

    private static ServerConfig config(TestServer server, TlsConfig tls) {
        return ServerConfig.dev().withServerPort(server.address().getPort()).withMaxConnectionsPerClient(0).withTls(tls);
    }

    @Test
    @DisplayName("transport row 32: verify_incoming switched on leaves an old plain connection alone, and refuses a new one")
    void verifyIncomingIsForNewConnections() throws IOException {
        try (var server = TestServer.start(config -> config.withTls(tls("dc1-server-consul-0", false)));
                var old = server.connect()) {
            old.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);

            server.running().reload(config(server, tls("dc1-server-consul-0", true)));

            old.send(Requests.PING).expect(Requests.OK);
            try (var fresh = server.connect()) {
                fresh.send(Wire.hex("00"), Requests.PING).expectEnd();
            }
            assertEquals(1, server.counter("rpc.refused.clear_text"));
        }
    }

    @Test
    @DisplayName("transport row 33: a new certificate is shown to new connections, and old ones live on")
    void aNewCertificateIsForNewHandshakes() throws IOException {
        try (var server = TestServer.start(config -> config.withTls(tls("dc1-server-consul-0", true)));
                var old = TlsClient.CLIENT.after("03", server.address())) {
            old.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);

            server.running().reload(config(server, tls("dc2-server-consul-0", true)));

            old.send(Requests.PING).expect(Requests.OK);
            var dialer = TlsDialer.toName(TlsConfigurator.load(tls("dc1-client-consul-0", false)), "server.dc1.consul");
            var e = assertThrows(IOException.class, () -> dialer.dial(server.address(),
                    Protocol.RPC, Duration.ofSeconds(10)));
            assertTrue(e.getMessage().contains("certificate is valid for server.dc2.consul"), e.getMessage());
        }
    }

    @Test
    void aServerWithoutTlsGetsItsFirstCertificate() throws IOException {
        try (var server = TestServer.start()) {
            assertThrows(IOException.class, () -> TlsClient.NOBODY.after("03", server.address()));

            server.running().reload(config(server, tls("dc1-server-consul-0", false)));

            try (var secure = TlsClient.NOBODY.after("03", server.address())) {
                secure.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
            }
            server.expectAlive();
        }
    }

    @Test
    void whatCannotBeReadChangesNothing() throws IOException {
        try (var server = TestServer.start(config -> config.withTls(tls("dc1-server-consul-0", false)))) {
            var broken = config(server, tls("dc1-server-consul-0", true).withAuthorities(PemSource.none()));

            assertEquals("Failed reloading tls configuration: VerifyIncoming set but no CA certificates were provided; set "
                    + "ca_file or ca_path",
                    assertThrows(TlsConfigException.class, () -> server.running().reload(broken)).getMessage());
            server.expectAlive();
        }
    }

    @Test
    void theNumberOfConnectionsPerClientIsReloadedToo() throws IOException {
        try (var server = TestServer.start(); var first = server.connect()) {
            first.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);

            server.running().reload(config(server, TlsConfig.NONE).withMaxConnectionsPerClient(1));

            try (var second = server.connect()) {
                second.expectEnd();
            }
            first.send(Requests.PING).expect(Requests.OK);
        }
    }

    /// From clear text to full verification and back to another certificate, while calls go on: the staged move.
    @Test
    void noCallFailsWhileModesAndCertificatesChange() throws Exception {
        var stages = List.of(TlsConfig.NONE, tls("dc1-server-consul-0", false), tls("dc1-server-consul-0", true),
                tls("dc2-server-consul-0", true), tls("dc1-server-consul-0", true));
        try (var server = TestServer.start(config -> config.withTls(tls("dc1-server-consul-0", false)))) {
            var stop = new AtomicBoolean();
            var calls = new AtomicInteger();
            var callers = new ArrayList<FutureTask<Void>>();
            var clients = new ArrayList<RpcClient>();
            try {
                for (var mode : ClientConfig.Mode.values()) {
                    clients.add(RpcClient.connect(ClientConfig.of(server.address()).withMode(mode), dialer()));
                }
                clients.add(RpcClient.connect(ClientConfig.of(server.address()))); // in clear text, before it is refused
                for (var client : clients) {
                    callers.add(beside(() -> callUntil(client, stop, calls)));
                }
                for (int round = 0; round < 4; round++) {
                    for (var stage : stages.subList(1, stages.size())) {
                        int before = calls.get();
                        server.running().reload(config(server, stage));
                        Conditions.await(() -> calls.get() > before + 20, () -> "no calls after a reload");
                    }
                }
                stop.set(true);
                for (var caller : callers) {
                    caller.get();
                }
            } finally {
                stop.set(true);
                clients.forEach(RpcClient::close);
            }
            assertTrue(calls.get() > 300, () -> calls + " calls");
        }
    }

    private static TlsDialer dialer() throws IOException {
        // Only the chain: the certificate of the server has another name at times.
        return TlsDialer.toServersOf(TlsConfigurator.load(tls("dc1-client-consul-0", false)
                .withVerification(false, true, false)), "dc1");
    }

    private static Void callUntil(RpcClient client, AtomicBoolean stop, AtomicInteger calls)
            throws CallException, InterruptedException {
        while (!stop.get()) {
            client.status().ping();
            calls.incrementAndGet();
        }
        return null;
    }

    private static FutureTask<Void> beside(Callable<Void> action) {
        var task = new FutureTask<>(action);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void expiryIsToldInTime() throws IOException {
        var expired = TlsConfig.NONE.withAuthorities(pem("consul-agent-ca"))
                .withCertificate(pem("expired/dc1-server-consul-0"), pem("expired/dc1-server-consul-0-key"));
        var watch = new CertificateWatch(TlsConfigurator.load(expired), InstantSource.system());
        assertEquals(1, watch.warnings().size());
        assertTrue(watch.warnings().getFirst().startsWith("TLS certificate of this server, CN=server.dc1.consul, has expired "
                + "on 2021-01-"), watch.warnings().toString());
        assertTrue(watch.secondsLeft().orElseThrow() < 0);

        var fresh = TlsConfigurator.load(tls("dc1-server-consul-0", false));
        assertEquals(List.of(), new CertificateWatch(fresh, InstantSource.system()).warnings());
        var soon = fresh.expiries().getFirst().notAfter().minus(Duration.ofDays(20));
        var lines = new CertificateWatch(fresh, InstantSource.fixed(soon)).warnings();
        assertEquals(2, lines.size(), "ours, and the authority's");
        assertTrue(lines.getFirst().contains("expires in 20 days, on " + fresh.expiries().getFirst().notAfter()));
        assertFalse(new CertificateWatch(fresh, InstantSource.fixed(Instant.EPOCH)).secondsLeft().isEmpty());

        try (var server = TestServer.start(config -> config.withTls(expired))) {
            assertTrue(server.counter("agent.tls.cert.expiry") < 0);
        }
    }

    @Test
    void whatAPeerSaysCannotForgeALine() {
        assertEquals("a?b", TlsCounters.printable("a\nb"));
        assertEquals("??", TlsCounters.printable("\u001bü"));
        assertEquals(258, TlsCounters.printable("x".repeat(10_000)).length());
    }
}
