package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.GatewayLocator;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.client.ServerPool;
import dev.proconsul.rpc.server.internal.TlsTap.Opening;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import dev.proconsul.rpc.transport.tls.TlsDialer.Announce;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The pool over TLS, to whole servers of two datacenters: what it says first, whom it asks for, and by which name of
/// the protocol.
class PoolOverTlsTest {
    private static final int TLS_FROM_THE_FIRST_BYTE = 22;
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            new Plan("Test Agent CA", Duration.ofDays(2), List.of(), ""), Instant.now().minusSeconds(60));

    private TestServer first;
    private TestServer second;
    private TlsTap beforeFirst;
    private TlsTap beforeSecond;

    @BeforeEach
    void start() throws IOException {
        first = start("dc1", "s1", tls("server.dc1.consul", "s1.server.dc1.consul"));
        second = start("dc2", "s2", tls("server.dc2.consul", "s2.server.dc2.consul"));
        beforeFirst = TlsTap.before(first.address());
        beforeSecond = TlsTap.before(second.address());
    }

    @AfterEach
    void stop() throws IOException {
        beforeFirst.close();
        beforeSecond.close();
        first.close();
        second.close();
    }

    private static TestServer start(String datacenter, String node, TlsConfig tls) throws IOException {
        return TestServer.start(config -> config.withDatacenter(datacenter).withNode(node).withAutoEncrypt(true)
                .withTls(tls.withPlace(datacenter, "consul")));
    }

    /// With a certificate that is valid for these names, and everything verified.
    private static TlsConfig tls(String... names) {
        var pair = AUTHORITY.issue(new Subject(Usage.SERVER, names[0], List.of(names), List.of("127.0.0.1"),
                Duration.ofDays(1)), Instant.now().minusSeconds(60));
        return trusting().withVerification(true, true, true)
                .withCertificate(PemSource.text("cert", pair.certificate()), PemSource.text("key", pair.key()));
    }

    private static TlsConfig trusting() {
        return TlsConfig.NONE.withAuthorities(PemSource.text("ca", AUTHORITY.pem().certificate()));
    }

    private static TlsConfigurator ours() throws TlsConfigException {
        return TlsConfigurator.load(tls("server.dc1.consul"));
    }

    private static ServerPool pool(Mode mode, Dialers dialers) {
        return new ServerPool(PoolConfig.OF_SERVERS.withDatacenter("dc1").withMode(mode), dialers);
    }

    private ServerInfo inFirst() {
        return new ServerInfo("1", "s1", "dc1", beforeFirst.addressText());
    }

    private ServerInfo inSecond() {
        return new ServerInfo("2", "s2", "dc2", beforeSecond.addressText());
    }

    private static String leader(ServerPool pool, ServerInfo server) throws CallException, InterruptedException {
        return pool.call(server, Status.LEADER, DCSpecificRequest.ZERO);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 146: byte 3, and the name server.<datacenter>.<domain> asked for and verified")
    void theDatacenterGivesTheName(Mode mode) throws Exception {
        try (var pool = pool(mode, Dialers.byDatacenter(ours()))) {
            assertEquals(first.addressText(), leader(pool, inFirst()));
            assertEquals(second.addressText(), leader(pool, inSecond()));

            assertEquals(new Opening(3, "server.dc1.consul", List.of()), beforeFirst.next());
            assertEquals(new Opening(3, "server.dc2.consul", List.of()), beforeSecond.next());

            var posing = new ServerInfo("3", "s3", "dc3", beforeSecond.addressText());
            var e = assertThrows(CallException.NotSent.class, () -> leader(pool, posing));
            assertEquals(Reason.NO_CONNECTION, e.reason());
            assertEquals("server.dc3.consul", beforeSecond.next().serverName());
        }
    }

    @Test
    @DisplayName("transport row 145: with verify_outgoing alone: byte 3, no name asked for, none verified")
    void withoutNames() throws Exception {
        var tls = TlsConfigurator.load(tls("server.dc1.consul").withVerification(true, true, false));
        try (var pool = pool(Mode.MUX, Dialers.byDatacenter(tls))) {
            assertEquals(second.addressText(), leader(pool, inSecond()));
            assertEquals(new Opening(3, "", List.of()), beforeSecond.next());
        }
    }

    @Test
    @DisplayName("calls.md 1.3: one datacenter in clear text, the other with TLS, over one pool")
    void tlsWhereTheDatacenterHasIt() throws Exception {
        var tls = ours();
        try (var plain = TestServer.start(); var tap = TlsTap.before(plain.address());
                var pool = pool(Mode.MUX, server -> server.datacenter().equals("dc1")
                        ? Dialers.clearText().to(server) : Dialers.byDatacenter(tls).to(server))) {
            assertEquals(plain.addressText(), leader(pool, new ServerInfo("1", "s1", "dc1", tap.addressText())));
            assertEquals(second.addressText(), leader(pool, inSecond()));

            assertEquals(new Opening(4, "", List.of()), tap.next());
            assertEquals(3, beforeSecond.next().firstByte());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("TLS from the first byte: no type byte, one ALPN name; 64 calls share the connection")
    void byAlpn(Mode mode) throws Exception {
        var tls = ours();
        try (var pool = pool(mode, server ->
                TlsDialer.toServersOf(tls, server.datacenter()).announcing(Announce.BY_ALPN))) {
            for (int i = 0; i < 64; i++) {
                assertEquals(second.addressText(), leader(pool, inSecond()));
            }

            var name = mode == Mode.MUX ? "consul/rpc-multi" : "consul/rpc-single";
            assertEquals(new Opening(TLS_FROM_THE_FIRST_BYTE, "server.dc2.consul", List.of(name)), beforeSecond.next());
            assertTrue(beforeSecond.seen.isEmpty());
            assertEquals(1, second.counter("rpc.entered." + (mode == Mode.MUX ? "multiplex" : "rpc")));
        }
    }

    /// A gateway knows servers by name, and nothing else of them.
    private TlsTap gateway() throws IOException {
        return new TlsTap(opening -> switch (opening.serverName()) {
            case "s1.server.dc1.consul" -> first.address();
            case "s2.server.dc2.consul", "s3.server.dc2.consul" -> second.address();
            default -> throw new IllegalArgumentException(opening.toString());
        });
    }

    /// Nobody can be reached there, as is usual behind a gateway.
    private static ServerInfo behindGateway(String node) {
        return new ServerInfo("2", node, "dc2", "192.0.2.7:8300");
    }

    private static Dialers through(GatewayLocator locator) throws TlsConfigException {
        return Dialers.throughGateways("dc1", ours(), locator, Dialers.byDatacenter(ours()));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 147: a gateway: no type byte, one ALPN name, SNI <node>.server.<datacenter>.<domain>")
    void throughAGateway(Mode mode) throws Exception {
        try (var gateway = gateway();
                var pool = pool(mode, through(_ -> Optional.of(gateway.address())))) {
            assertEquals(second.addressText(), leader(pool, behindGateway("s2")));
            assertEquals(second.addressText(), leader(pool, behindGateway("s2")));

            var name = mode == Mode.MUX ? "consul/rpc-multi" : "consul/rpc-single";
            assertEquals(new Opening(TLS_FROM_THE_FIRST_BYTE, "s2.server.dc2.consul", List.of(name)), gateway.next());
            assertTrue(gateway.seen.isEmpty(), "both calls over one connection");

            assertEquals(first.addressText(), leader(pool, inFirst()));
            assertEquals(3, beforeFirst.next().firstByte(), "the own datacenter is dialed directly");
            assertTrue(gateway.seen.isEmpty());
        }
    }

    @Test
    @DisplayName("a snapshot goes through the gateway by its own name; a protocol without a name does not")
    void whatGoesThrough() throws Exception {
        try (var gateway = gateway();
                var pool = pool(Mode.MUX, through(_ -> Optional.of(gateway.address())))) {
            pool.dial(behindGateway("s2"), Protocol.SNAPSHOT).close();
            assertEquals(List.of("consul/rpc-snapshot"), gateway.next().alpn());

            var e = assertThrows(CallException.NotSent.class,
                    () -> pool.dial(behindGateway("s2"), Protocol.TLS_INSECURE));
            assertEquals("rpc type 7 cannot be routed through a mesh gateway", e.getMessage());
            assertTrue(gateway.seen.isEmpty());
        }
    }

    @Test
    @DisplayName("transport row 147: the name is verified, also where the configuration verifies none")
    void theNameIsVerified() throws Exception {
        var tls = TlsConfigurator.load(tls("server.dc1.consul").withVerification(false, false, false));
        try (var gateway = gateway();
                var pool = pool(Mode.MUX, Dialers.throughGateways("dc1", tls,
                        _ -> Optional.of(gateway.address()), Dialers.clearText()))) {
            var e = assertThrows(CallException.NotSent.class, () -> leader(pool, behindGateway("s3")));
            assertEquals(Reason.NO_CONNECTION, e.reason());
            assertTrue(e.getMessage().contains("s3.server.dc2.consul"), e.getMessage());
            assertEquals(second.addressText(), leader(pool, behindGateway("s2")));
        }
    }

    @Test
    @DisplayName("calls.md 1.3: no certificate, or no gateway, is told in the reference's words")
    void whatAGatewayNeeds() throws Exception {
        try (var gateway = gateway();
                var bare = pool(Mode.MUX, Dialers.throughGateways("dc1", TlsConfigurator.load(trusting()),
                        _ -> Optional.of(gateway.address()), Dialers.clearText()));
                var lost = pool(Mode.MUX, through(_ -> Optional.empty()))) {
            assertEquals("cannot dial via a mesh gateway when outgoing TLS is disabled",
                    assertThrows(CallException.NotSent.class, () -> leader(bare, behindGateway("s2"))).getMessage());
            assertEquals("Remote DC has no server currently reachable",
                    assertThrows(CallException.NotSent.class, () -> leader(lost, behindGateway("s2"))).getMessage());
            assertTrue(gateway.seen.isEmpty());
        }
    }

    @Test
    @DisplayName("calls P15: AutoEncrypt.Sign without a certificate: byte 7, TLS, one call, and the connection ends")
    void insecureCalls() throws Exception {
        var tls = TlsConfigurator.load(trusting().withVerification(false, true, true));
        var request = CASignRequest.ZERO.withDatacenter("dc1").withCsr(TlsClient.text("agent.csr"));
        try (var pool = pool(Mode.MUX, Dialers.byDatacenter(tls))) {
            for (int i = 1; i <= 2; i++) {
                var signed = pool.call(inFirst(), AutoEncrypt.SIGN, request);
                assertTrue(signed.issuedCert().agentURI().contains("/agent/client/dc/dc1/id/"), signed::toString);
                assertEquals(new Opening(7, "server.dc1.consul", List.of()), beforeFirst.next());
                Conditions.await(() -> beforeFirst.open.get() == 0, () -> "the connection of the call is still open");
                assertEquals(i, first.counter("rpc.entered.tls_insecure"));
            }
            assertEquals(0, pool.servers());
            assertEquals(0, first.counter("rpc.entered.rpc") + first.counter("rpc.entered.multiplex"));
        }
    }
}
