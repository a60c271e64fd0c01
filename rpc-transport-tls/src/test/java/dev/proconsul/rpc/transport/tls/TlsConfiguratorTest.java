package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsConfiguratorTest {
    @TempDir
    private Path directory;

    private static String refusal(TlsConfig config) {
        return assertThrows(TlsConfigException.class, () -> TlsConfigurator.load(config)).getMessage();
    }

    @Test
    void whatIsMissingIsNamedAsConsulNamesIt() {
        var verifying = TlsConfig.NONE.withVerification(true, false, false);

        assertEquals("VerifyIncoming set but no CA certificates were provided; set ca_file or ca_path", refusal(verifying));
        assertEquals("VerifyIncoming requires either a Cert and Key pair in the configuration file, or auto_encrypt/"
                + "auto_config be enabled; set cert_file and key_file", refusal(verifying.withAuthorities(Certificates.CA)));
        assertEquals("VerifyOutgoing set but no CA certificates were provided; set ca_file or ca_path",
                refusal(TlsConfig.NONE.withVerification(false, false, true)));
        assertEquals("Failed to load cert/key pair: cert_file is set, but key_file is not", refusal(TlsConfig.NONE
                .withCertificate(Certificates.file("dc1-server-consul-0.pem"), PemSource.none())));
        assertEquals("cannot read " + directory.resolve("no.pem") + ": there is no such file",
                refusal(TlsConfig.NONE.withAuthorities(PemSource.file(directory.resolve("no.pem")))));
        assertEquals("Error loading from CAPath: no CAs found in " + directory,
                refusal(TlsConfig.NONE.withAuthorities(PemSource.directory(directory))));
    }

    @Test
    void aKeyOfAnotherCertificateIsNamed() {
        var certificate = Certificates.path("dc1-server-consul-0.pem");
        var key = Certificates.path("dc2-server-consul-0-key.pem");

        assertEquals("Failed to load cert/key pair: the private key in " + key + " does not belong to the certificate in "
                + certificate + ", which is that of CN=server.dc1.consul", refusal(TlsConfig.NONE
                .withCertificate(PemSource.file(certificate), PemSource.file(key))));
    }

    @Test
    void aDirectoryIsReadAsAWholeAndTextAtHandToo() throws IOException {
        Files.createDirectories(directory.resolve("below"));
        Files.copy(Certificates.path("consul-agent-ca.pem"), directory.resolve("a.pem"));
        Files.copy(Certificates.path("untrusted/consul-agent-ca.pem"), directory.resolve("below/b.crt"));

        var fromDirectory = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(PemSource.directory(directory)));
        assertEquals(2, fromDirectory.expiries().size());

        var text = Files.readString(Certificates.path("consul-agent-ca.pem"));
        var fromText = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(PemSource.text("at hand", text + text)));
        assertEquals(2, fromText.expiries().size());
        assertEquals("Text[name=at hand]", PemSource.text("at hand", text).toString());
    }

    @Test
    void aReloadReplacesAllOrNothing() throws IOException {
        var file = directory.resolve("ca.pem");
        Files.copy(Certificates.path("consul-agent-ca.pem"), file);
        var config = Certificates.of("dc1-server").withAuthorities(PemSource.file(file));
        var tls = TlsConfigurator.load(config);
        Files.writeString(file, "garbage");
        var before = tls.material();

        var e = assertThrows(TlsConfigException.class, () -> tls.reload(config.withVerification(true, true, true)));

        assertEquals("Failed reloading tls configuration: failed to parse PEM: " + file + " holds no certificate; expected "
                + "a block that begins with -----BEGIN CERTIFICATE-----", e.getMessage());
        assertSame(before, tls.material());
        assertFalse(tls.verifyIncoming());

        tls.reload(Certificates.of("dc1-server").withVerification(true, false, true));
        assertTrue(tls.verifyIncoming());
        assertTrue(tls.verifyOutgoing(), "implied by the name");
    }

    @Test
    void capabilitiesFollowFromWhatIsThere() throws IOException {
        assertFalse(TlsConfigurator.load(TlsConfig.NONE).mutualTls());
        assertFalse(TlsConfigurator.load(Certificates.anonymous()).mutualTls());
        assertTrue(TlsConfigurator.load(Certificates.of("dc1-server")).mutualTls());
        assertFalse(TlsConfigurator.load(Certificates.of("dc1-server").withAuthorities(PemSource.none())).mutualTls());
        assertTrue(TlsConfigurator.load(Certificates.of("dc1-server").withAuthorities(PemSource.none())).hasCertificate());
    }

    @Test
    void expiriesAreToldOursFirst() throws IOException {
        var expired = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(Certificates.CA).withCertificate(
                Certificates.file("expired/dc1-server-consul-0.pem"),
                Certificates.file("expired/dc1-server-consul-0-key.pem"))).expiries();

        assertEquals(List.of(true, false), expired.stream().map(CertificateExpiry::own).toList());
        assertTrue(expired.getFirst().notAfter().isBefore(Instant.parse("2021-02-01T00:00:00Z")));
        assertEquals("CN=server.dc1.consul", expired.getFirst().subject());
    }

    @ParameterizedTest
    @CsvSource({"TLSv1_2, TLS_1_2", "TLSv1_3, TLS_1_3", "TLS_AUTO, TLS_1_2", "tls12, TLS_1_2", "tls13, TLS_1_3",
        "'', TLS_1_2"})
    void versionsHaveConsulsNames(String name, TlsVersion version) {
        assertEquals(version, TlsVersion.of(name));
    }

    @Test
    void oldVersionsAndUnknownSuitesAreRefused() {
        assertEquals("TLSv1_0 is no longer secure and not supported; use TLSv1_2 or TLSv1_3",
                assertThrows(IllegalArgumentException.class, () -> TlsVersion.of("TLSv1_0")).getMessage());
        assertEquals("'ssl' is no TLS version; use TLSv1_2, TLSv1_3 or TLS_AUTO",
                assertThrows(IllegalArgumentException.class, () -> TlsVersion.of("ssl")).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> TlsConfig.NONE.withProtocol(TlsVersion.TLS_1_2, List.of("TLS_RSA_WITH_RC4_128_SHA")))
                .getMessage().startsWith("tls_cipher_suites has TLS_RSA_WITH_RC4_128_SHA, but only these"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TlsConfig.NONE
                .withProtocol(TlsVersion.TLS_1_3, List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")))
                .getMessage().contains("leave out one of them"));
    }

    @Test
    void whoIsOnlyAnAgentsAuthorityVouchesForNoServer() throws Exception {
        var config = Certificates.of("dc1-server").withVerification(true, true, true)
                .withAgentAuthorities(Certificates.file("untrusted/consul-agent-ca.pem"));
        var stranger = Certificates.of("untrusted/dc1-server");
        try (var server = new EchoServer(config)) {
            var dialer = TlsDialer.toName(Certificates.load(stranger), "server.dc1.consul");
            try (var client = dialer.dial(server.address(), Protocol.RPC, EchoServer.PATIENCE)) {
                client.output().write(5);
                assertEquals(5, client.input().read());
            }
            var refusal = Certificates.load(config).refusalOfServer(EchoServer.next(server.secured)).orElseThrow();
            assertTrue(refusal.startsWith("AuthorizeServerConn failed certificate validation for certificate with a "
                    + "SAN.DNSName of server.dc1.consul: certificate of CN=server.dc1.consul is "), refusal);
        }
        var dialer = TlsDialer.toServersOf(Certificates.load(config), "dc1");
        try (var server = new EchoServer(stranger)) {
            assertThrows(IOException.class, () -> dialer.dial(server.address(), Protocol.RPC, EchoServer.PATIENCE));
        }
    }

    @Test
    void theDomainLosesItsDot() {
        assertEquals("server.dc9.example.com", TlsConfig.NONE.withPlace("dc1", "Example.com.").serverName("dc9"));
    }
}
