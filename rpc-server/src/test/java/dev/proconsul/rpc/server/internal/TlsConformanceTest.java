package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows 17-42 of the transport chapter: TLS that begins with byte 3 or 7. The client is the JDK's.
class TlsConformanceTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    /// ClientHello of TLS 1.1 without extensions.
    private static final String OLD_CLIENT_HELLO =
            "160301002f 0100002b 0302" + "00".repeat(32) + "00 0004 1301c02f 0100";
    private static final String PROTOCOL_VERSION = "46"; // alert 70

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private static TestServer start(Mode mode) throws IOException {
        return TestServer.start(mode::of);
    }

    private static boolean withoutTls(Mode mode) {
        return !mode.hasTls();
    }

    /// A handshake that fails, at once or (TLS 1.3) with the first read.
    private static void expectRefused(TlsClient client, String before, TestServer server) {
        assertThrows(IOException.class, () -> {
            try (var wire = before.isEmpty() ? client.to(server.address()) : client.after(before, server.address())) {
                wire.send(Wire.hex("00"), Requests.PING);
                if (wire.input().read() < 0) {
                    throw new IOException("ended without an alert");
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 17, 29, 34: byte 3, TLS 1.2 and 1.3, byte 0; offered ALPN names are passed over")
    void servesInsideTls(Mode mode) throws IOException {
        try (var server = start(mode)) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                var client = TlsClient.CLIENT.speaking(version).offering("consul/rpc-multi");
                for (int again = 0; again < 3; again++) {
                    try (var wire = client.after("03", server.address())) {
                        wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK)
                                .send(Requests.PING).expect(Requests.OK);
                    }
                }
            }
            assertEquals(6, server.counter("rpc.entered.rpc"));
            assertEquals(6, server.counter("rpc.tls.handshakes"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 18-21: a client certificate is demanded by those who verify, and by no others")
    void demandsCertificates(Mode mode) throws IOException {
        try (var server = start(mode)) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                for (var client : List.of(TlsClient.NOBODY, TlsClient.STRANGER)) {
                    if (mode.takesClearText()) {
                        try (var wire = client.speaking(version).after("03", server.address())) {
                            wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
                        }
                    } else {
                        expectRefused(client.speaking(version), "03", server);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport row 22: TLS 1.1 gets the alert protocol_version")
    void refusesOldVersions(Mode mode) throws IOException {
        try (var server = start(mode); var wire = server.connect()) {
            wire.send("03" + OLD_CLIENT_HELLO);
            var alert = Wire.HEX.formatHex(wire.readToEnd());
            assertTrue(alert.startsWith("1503") && alert.endsWith("02" + PROTOCOL_VERSION), alert);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 23, 24: inside TLS there is neither TLS nor an unknown byte")
    void refusesInnerBytes(Mode mode) throws IOException {
        try (var server = start(mode)) {
            for (var inner : List.of("03", "07", "02", "06", "16", "ff")) {
                try (var wire = TlsClient.CLIENT.after("03", server.address())) {
                    wire.send(inner).expectEnd();
                }
            }
            assertEquals(2, server.counter("rpc.refused.nested_tls"));
            assertEquals(2, server.counter("rpc.refused.unknown_byte"));
            assertEquals(2, server.counter("rpc.refused.not_served"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 25, 26, L11: handshake and inner byte have a time of their own, from byte 3 on")
    void limitsTheHandshake(Mode mode) throws IOException {
        try (var server = TestServer.start(config -> mode.of(config).withHandshakeTimeout(SHORT));
                var handshake = server.connect()) {
            handshake.expectSilence(); // some of the first time is over
            long begin = System.nanoTime();
            handshake.send("03").expectEnd();
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
            begin = System.nanoTime();
            try (var silent = TlsClient.CLIENT.after("03", server.address())) {
                silent.expectEnd();
                assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
            }
            server.awaitCounter("rpc.refused.no_first_byte", 2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport row 30: yamux inside TLS is yamux")
    void multiplexesInsideTls(Mode mode) throws IOException {
        try (var server = start(mode); var wire = TlsClient.CLIENT.after("03", server.address())) {
            wire.send(Wire.hex("04"), Frame.ping(Frame.SYN, 0, 0xdeadbeef).bytes())
                    .expect(Frame.ping(Frame.ACK, 0, 0xdeadbeef).bytes())
                    .send(Frame.data(Frame.SYN, 1, Requests.PING).bytes())
                    .expect(Frame.window(Frame.ACK, 1).bytes())
                    .expect(Frame.data(0, 1, Requests.OK).bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 123, 125: a restore over TLS ends with close_notify, and is answered behind it")
    void restoresOverTls(Mode mode) throws IOException {
        try (var server = start(mode)) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                try (var wire = TlsClient.CLIENT.speaking(version).after("03", server.address())) {
                    wire.send(Wire.hex("05"), Requests.encode(SnapshotRequest.CODEC,
                            new SnapshotRequest("dc1", "", false, 1))).finish();
                    var error = SnapshotResponse.ZERO.withError("failed to decompress snapshot: EOF");
                    wire.expect(Requests.encode(SnapshotResponse.CODEC, error));
                }
            }
        }
    }

    @Test
    @DisplayName("transport row 32: verify_incoming switched on: old clear text lives on, new is refused, and back again")
    void reloadsModes() throws IOException {
        try (var server = start(Mode.TLS_CAPABLE); var old = server.connect()) {
            old.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
            server.running().reload(Mode.VERIFY_INCOMING.of(ServerConfig.dev()));
            old.send(Requests.PING).expect(Requests.OK);
            try (var refused = server.connect(); var secure = TlsClient.CLIENT.after("03", server.address())) {
                refused.send(Wire.hex("00"), Requests.PING).expectEnd();
                secure.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
                server.running().reload(ServerConfig.dev()); // no TLS at all
                secure.send(Requests.PING).expect(Requests.OK);
            }
            server.expectAlive();
            expectRefused(TlsClient.CLIENT, "03", server);
        }
    }

    @Test
    @DisplayName("transport row 33: new handshakes show a new certificate, old connections live on")
    void reloadsCertificates() throws IOException {
        try (var server = start(Mode.VERIFY_INCOMING); var old = TlsClient.CLIENT.after("03", server.address())) {
            old.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
            assertEquals("server.dc1.consul", shown(server));
            var tls = Mode.VERIFY_INCOMING.of(ServerConfig.dev()).tls().withCertificate(
                    Mode.pem("dc2-server-consul-0"), Mode.pem("dc2-server-consul-0-key"));
            server.running().reload(ServerConfig.dev().withTls(tls));
            assertEquals("server.dc2.consul", shown(server));
            old.send(Requests.PING).expect(Requests.OK);
        }
    }

    /// The common name of the certificate that a server shows now.
    private static String shown(TestServer server) throws IOException {
        var socket = Wire.open(server.address());
        socket.getOutputStream().write(Wire.hex("03"));
        try (var secure = TlsClient.CLIENT.over(socket)) {
            return secure.getSession().getPeerPrincipal().getName().replaceFirst("CN=([^,]*).*", "$1");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 35, 36, 37, 39: byte 7 takes anyone, and knows two methods")
    void servesTheInsecureSet(Mode mode) throws IOException {
        try (var server = start(mode)) {
            try (var wire = TlsClient.NOBODY.after("07", server.address())) {
                for (int seq = 1; seq < 3; seq++) {
                    wire.send(Requests.named(seq, "AutoConfig.InitialConfiguration", "a0"))
                            .expect(Requests.refusal("Auto Config is disabled", seq, "AutoConfig.InitialConfiguration"));
                }
                wire.send(Requests.named(3, "AutoConfig.InitialConfiguration", "80"))
                        .expect(Requests.refusal("codec.decoder: readContainerLen: Unrecognized descriptor byte: "
                                + "hex: 80, dec: 128", 3, "AutoConfig.InitialConfiguration")).expectEnd();
            }
            try (var wire = TlsClient.NOBODY.after("07", server.address())) {
                wire.send(Requests.PING)
                        .expect(Requests.refusal("rpc: can't find service Status.Ping", 1, "Status.Ping")).expectEnd();
            }
            try (var wire = TlsClient.NOBODY.after("07", server.address())) {
                wire.send(Wire.hex("00"), Requests.PING).expectEnd();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("endpoints rows 198-200, recordings autoencrypt-sign-*: an agent without a certificate gets one")
    void signsForAgents(Mode mode) throws Exception {
        try (var server = TestServer.start(config -> mode.of(config).withAutoEncrypt(true));
                var wire = TlsClient.NOBODY.after("07", server.address())) {
            var request = CASignRequest.ZERO.withDatacenter("dc1");
            wire.send(Requests.of(1, AutoEncrypt.SIGN, request.withDatacenter("x"))).expect(Requests.refusal(
                    "mismatched datacenter (client_dc='x' server_dc='dc1'); check client has same datacenter set as "
                            + "servers", 1, "AutoEncrypt.Sign"));
            wire.send(Requests.of(2, AutoEncrypt.SIGN, request.withCsr("junk")))
                    .expect(Requests.refusal("no PEM-encoded data found", 2, "AutoEncrypt.Sign"));
            wire.send(Requests.of(3, AutoEncrypt.SIGN, request.withCsr(TlsClient.text("agent.csr"))));
            var reader = new MsgpackReader(wire.input(), DecodeLimits.DEFAULT);
            assertEquals(new ResponseHeader("", 3, "AutoEncrypt.Sign"), ResponseHeader.CODEC.decode(reader));
            var reply = AutoEncrypt.SIGN.reply().decode(reader);

            var root = certificate(reply.connectCARoots().roots().getFirst().rootCert());
            var leaf = certificate(reply.issuedCert().certPEM());
            leaf.verify(root.getPublicKey());
            leaf.checkValidity();
            assertTrue(reply.issuedCert().agentURI().startsWith(
                    "spiffe://" + reply.connectCARoots().trustDomain() + "/agent/client/dc/dc1/id/"), reply::toString);
            assertEquals(1, reply.manualCARoots().size());
            certificate(reply.manualCARoots().getFirst()).verify(
                    certificate(TlsClient.text("consul-agent-ca")).getPublicKey());
            assertEquals(mode == Mode.VERIFY_SERVER_HOSTNAME, reply.verifyServerHostname());
            assertEquals("", reply.gossipKey());
        }
    }

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 83: the two methods of byte 7 are not to be had elsewhere")
    void keepsTheInsecureSetApart(Mode mode) throws IOException {
        try (var server = start(mode); var wire = mode.takesClearText() ? server.connect()
                : TlsClient.CLIENT.after("03", server.address())) {
            wire.send(Wire.hex("00"), Requests.named(1, "AutoEncrypt.Sign", "80"))
                    .expect(Requests.refusal("rpc: can't find service AutoEncrypt.Sign", 1, "AutoEncrypt.Sign"))
                    .expectEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport row 38: unlike there, the handshake behind byte 7 has a time, also if it comes byte by byte")
    void limitsTheInsecureHandshake(Mode mode) throws IOException {
        try (var server = TestServer.start(config -> mode.of(config).withHandshakeTimeout(SHORT))) {
            try (var wire = server.connect()) {
                wire.send("071603010200").expectEnd();
            }
            server.awaitCounter("rpc.tls.failed", 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 40-42: Raft is for servers, where both the certificate and the name are verified")
    void letsServersSpeakRaft(Mode mode) throws IOException {
        var raft = Handlers.NONE.with(Protocol.RAFT, connection -> connection.output().write(connection.input().read()))
                .with(Protocol.RAFT_FORWARDING, connection -> connection.output().write(connection.input().read()));
        try (var server = TestServer.start(mode::of, raft)) {
            for (var first : List.of("01", "09")) {
                if (withoutTls(mode)) {
                    try (var wire = server.connect()) {
                        wire.send(first + "2a").expect("2a").expectEnd();
                    }
                    continue;
                }
                for (var client : List.of(TlsClient.SERVER, TlsClient.CLIENT, TlsClient.SERVER_OF_DC2)) {
                    try (var wire = client.after("03", server.address())) {
                        wire.send(first + "2a");
                        if (mode == Mode.VERIFY_SERVER_HOSTNAME && !client.equals(TlsClient.SERVER)) {
                            wire.expectEnd();
                        } else {
                            wire.expect("2a").expectEnd();
                        }
                    }
                }
            }
            assertEquals(mode == Mode.VERIFY_SERVER_HOSTNAME ? 4 : 0, server.counter("rpc.refused.not_a_server"));
        }
    }

    @Test
    @DisplayName("transport row 27: a server without certificate has nothing to show")
    void hasNothingToShow() throws IOException {
        try (var server = TestServer.start(UnaryOperator.identity())) {
            expectRefused(TlsClient.NOBODY, "03", server);
            expectRefused(TlsClient.NOBODY, "07", server);
            expectRefused(TlsClient.NOBODY, "", server);
            server.expectAlive();
        }
    }
}
