package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.TlsDialer.Announce;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a TLS that has nothing in common with ours: OpenSSL, where the machine has it.
class OpensslTest {
    private static final String SERVER = "server.dc1.consul";

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsOpenssl() {
        Openssl.assumeThere();
    }

    private static TlsConfig verifying() {
        return Certificates.of("dc1-server").withVerification(true, true, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @DisplayName("transport rows 43, 50, 51: native TLS, the server's order of ALPN names decides, any SNI will do")
    void itsClientSpeaksNativeTls(String version) throws Exception {
        try (var server = new EchoServer(Certificates.of("dc1-server")); var client = Openssl.client(server.address(),
                version, "-alpn", "h2,consul/rpc-multi,consul/rpc-single", "-servername", "bogus-node.example",
                "-verify_return_error", "-CAfile", Openssl.ca(), "-cert", Openssl.certificate("dc1-client"),
                "-key", Openssl.key("dc1-client"))) {
            client.say("over native TLS");
            client.await("over native TLS");
            var identity = EchoServer.next(server.secured);
            assertEquals(Optional.of("consul/rpc-single"), identity.alpn());
            assertEquals(Optional.of("bogus-node.example"), identity.serverName());
            assertEquals(version.equals("-tls1_2") ? "TLSv1.2" : "TLSv1.3", identity.version());
            assertEquals("CN=client.dc1.consul", subject(identity));
        }
    }

    private static String subject(TlsIdentity identity) {
        return identity.certificates().getFirst().getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @DisplayName("transport rows 21, 29: byte 3 without a certificate where none is asked for; ALPN is passed over")
    void itsClientSpeaksAfterTypeByteThree(String version) throws Exception {
        try (var server = new EchoServer(Certificates.of("dc1-server"));
                var relay = Relay.greeting(server.address(), (byte) 3);
                var client = Openssl.client(relay.address(), version, "-alpn", "consul/rpc-multi", "-CAfile", Openssl.ca(),
                        "-verify_return_error", "-verify_hostname", SERVER)) {
            client.say("\u0000after byte three");
            client.await("after byte three");
            assertEquals(Optional.empty(), EchoServer.next(server.secured).alpn());
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, none", "-tls1_3, none", "-tls1_2, untrusted/dc1-client", "-tls1_3, untrusted/dc1-client"})
    @DisplayName("transport rows 18-20: without a certificate, or with that of a stranger, nobody comes in")
    void itsClientIsTurnedAway(String version, String name) throws Exception {
        var shown = name.equals("none") ? List.<String>of()
                : List.of("-cert", Openssl.certificate(name), "-key", Openssl.key(name));
        try (var server = new EchoServer(verifying()); var relay = Relay.greeting(server.address(), (byte) 3);
                var client = Openssl.client(relay.address(), shown, version)) {
            client.awaitEnd();
            assertTrue(client.output().contains("alert"), client.output());
            var reason = EchoServer.next(server.failures);
            assertTrue(name.equals("none") ? reason.contains("certificate") : reason.contains("is refused")
                    || reason.contains("signed by unknown authority"), reason);
        }
    }

    @Test
    @DisplayName("transport row 48: only unknown ALPN names are an alert")
    void itsClientHearsThatNoAlpnNameFits() throws Exception {
        try (var server = new EchoServer(verifying()); var client = Openssl.client(server.address(), "-alpn", "h2,http/1.1",
                "-cert", Openssl.certificate("dc1-client"), "-key", Openssl.key("dc1-client"))) {
            client.awaitEnd();
            assertTrue(client.output().contains("no application protocol"), client.output());
        }
    }

    @Test
    @DisplayName("transport row 22: TLS 1.1 is an alert")
    void itsClientHearsThatItsVersionIsTooOld() throws Exception {
        try (var server = new EchoServer(verifying()); var relay = Relay.greeting(server.address(), (byte) 3);
                var client = Openssl.client(relay.address(), "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")) {
            client.awaitEnd();
            assertTrue(client.output().contains("alert protocol version"), client.output());
        }
    }

    @Test
    void itsClientRefusesOurExpiredCertificate() throws Exception {
        var config = Certificates.anonymous().withCertificate(Certificates.file("expired/dc1-server-consul-0.pem"),
                Certificates.file("expired/dc1-server-consul-0-key.pem"));
        try (var server = new EchoServer(config); var relay = Relay.greeting(server.address(), (byte) 3);
                var client = Openssl.client(relay.address(), "-CAfile", Openssl.ca(), "-verify_return_error")) {
            client.awaitEnd();
            assertTrue(client.output().contains("certificate has expired"), client.output());
        }
    }

    @Test
    void keysAreRenewedWhileItSpeaks() throws Exception {
        try (var server = new EchoServer(Certificates.of("dc1-server"));
                var relay = Relay.greeting(server.address(), (byte) 3);
                var client = Openssl.client(relay.address(), "-tls1_3")) {
            client.say("\u0000first");
            client.await("first");
            for (int i = 0; i < 40; i++) {
                client.say("K"); // a command: renew the keys, and ask the other side to do so
                client.await("KEYUPDATE", i + 1);
                client.say("word " + i);
                client.await("word " + i);
            }
        }
    }

    private String shake(Openssl server, TlsDialer dialer, Announce announce) throws IOException {
        if (announce == Announce.BY_ALPN) {
            return reversed(dialer.announcing(announce), server.address(), Protocol.MULTIPLEX);
        }
        try (var relay = Relay.swallowing(server.address(), 1)) {
            return reversed(dialer, relay.address(), Protocol.TLS_INSECURE);
        }
    }

    private static String reversed(TlsDialer dialer, InetSocketAddress address, Protocol protocol)
            throws IOException {
        try (var client = dialer.dial(address, protocol, EchoServer.PATIENCE)) {
            client.output().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            return new String(client.input().readNBytes(6), StandardCharsets.US_ASCII).strip();
        }
    }

    private static TlsDialer dialer() {
        return TlsDialer.toName(Certificates.load(Certificates.of("dc1-client")), SERVER);
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, BY_BYTE", "-tls1_3, BY_BYTE", "-tls1_2, BY_ALPN", "-tls1_3, BY_ALPN"})
    @DisplayName("transport rows 145-147: our client and its server")
    void itsServerIsDialed(String version, Announce announce) throws Exception {
        try (var server = Openssl.server("dc1-server", version, "-alpn", "consul/rpc-single,consul/rpc-multi", "-CAfile",
                Openssl.ca(), "-Verify", "1", "-verify_return_error")) {
            assertEquals("olleh", shake(server, dialer(), announce));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "untrusted/dc1-server | certificate of CN=server.dc1.consul is signed by unknown authority CN=Consul Agent CA",
        "expired/dc1-server   | certificate of CN=server.dc1.consul has expired on 2021-01-",
        "dc2-server           | certificate is valid for server.dc2.consul, localhost, 127.0.0.1, not server.dc1.consul"
    })
    void itsServerIsRefused(String certificate, String reason) throws Exception {
        try (var server = Openssl.server(certificate)) {
            var e = assertThrows(IOException.class, () -> shake(server, dialer(), Announce.BY_BYTE));
            assertTrue(e.getMessage().contains(reason), e.getMessage());
        }
    }

    @Test
    void anEd25519CertificateServes() throws Exception {
        var own = Certificates.resource("/pem/ed25519.pem");
        try (var server = Openssl.server(own, Certificates.resource("/pem/ed25519-pkcs8.pem"))) {
            var dialer = TlsDialer.toName(
                    Certificates.load(TlsConfig.NONE.withAuthorities(PemSource.file(own))), SERVER);
            assertEquals("olleh", shake(server, dialer, Announce.BY_BYTE));
        }
    }

    @Test
    void whatOurAuthorityMakesItVerifies() throws Exception {
        var authority = CertificateAuthority.create(
                new Plan("", Duration.ofDays(10), List.of("consul", "localhost"), "c1"), Instant.now());
        var ca = Files.writeString(directory.resolve("ca.pem"), authority.pem().certificate());
        for (var usage : Usage.values()) {
            var pair = authority.issue(new Subject(usage, "a.dc1.consul", List.of("a.dc1.consul", "localhost"),
                    List.of("127.0.0.1"), Duration.ofDays(5)), Instant.now());
            var file = Files.writeString(directory.resolve(usage + ".pem"), pair.certificate());
            var key = Files.writeString(directory.resolve(usage + "-key.pem"), pair.key());

            assertTrue(Openssl.run("verify", "-x509_strict", "-CAfile", ca.toString(), file.toString()).contains("OK"));
            assertEquals(Openssl.run("x509", "-in", file.toString(), "-noout", "-pubkey"),
                    Openssl.run("pkey", "-in", key.toString(), "-pubout"));
        }
        assertTrue(Openssl.run("verify", "-purpose", "sslserver", "-verify_hostname", "a.dc1.consul", "-CAfile",
                ca.toString(), directory.resolve("SERVER.pem").toString()).contains("OK"));
    }
}
