package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Requester;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.SigningRules;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.internal.PemReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Plan PLAN = new Plan("", Duration.ofDays(1825), List.of(), "");
    private static final String DOMAIN = "11111111-2222-3333-4444-555555555555.consul";
    private static final SigningRules RULES =
            new SigningRules(DOMAIN, "dc1", "consul", Set.of(Requester.values()), Duration.ofHours(72));

    private static X509Certificate read(String pem) throws TlsConfigException {
        return PemReader.certificates("made here", pem).getFirst();
    }

    private static List<String> names(X509Certificate certificate) throws CertificateParsingException {
        return certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString()).toList();
    }

    @Test
    void anAuthorityIsOneAndMaySign() throws IOException {
        var ca = read(CertificateAuthority.create(PLAN, NOW).pem().certificate());

        assertEquals(Integer.MAX_VALUE, ca.getBasicConstraints());
        var usage = ca.getKeyUsage();
        assertTrue(usage[0] && usage[5] && usage[6], Arrays.toString(usage));
        assertEquals(NOW.plus(Duration.ofDays(1825)), ca.getNotAfter().toInstant());
        assertTrue(ca.getSubjectX500Principal().getName().matches("CN=Consul Agent CA [0-9]+,O=Proconsul"),
                ca.getSubjectX500Principal().getName());
    }

    @ParameterizedTest
    @CsvSource({"SERVER, 1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2", "CLIENT, 1.3.6.1.5.5.7.3.2 1.3.6.1.5.5.7.3.1", "CLI, ''"})
    void aCertificateSaysWhatConsulsCommandPutsInto(Usage usage, String purposes) throws Exception {
        var authority = CertificateAuthority.create(PLAN, NOW);
        var pair = authority.issue(new Subject(usage, "server.dc1.consul", List.of("server.dc1.consul", "localhost"),
                List.of("127.0.0.1", "::1"), Duration.ofDays(365)), NOW);

        var certificate = read(pair.certificate());
        certificate.verify(read(authority.pem().certificate()).getPublicKey());
        assertEquals(List.of("server.dc1.consul", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"), names(certificate));
        var extended = certificate.getExtendedKeyUsage();
        assertEquals(purposes, extended == null ? "" : String.join(" ", extended));
        assertEquals(-1, certificate.getBasicConstraints());
        assertTrue(certificate.getKeyUsage()[0] && certificate.getKeyUsage()[2]);
        assertTrue(certificate.getCriticalExtensionOIDs().containsAll(List.of("2.5.29.15", "2.5.29.19")));
        assertTrue(pair.key().startsWith("-----BEGIN EC PRIVATE KEY-----"), "as Consul writes it");
        assertFalse(pair.toString().contains("PRIVATE"));
    }

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        var made = CertificateAuthority.create(PLAN, NOW).pem();
        var read = CertificateAuthority.load(new PemSource.Text("ca", made.certificate()),
                new PemSource.Text("key", made.key()));

        assertEquals(made, read.pem());
    }

    @Test
    void whatIsNoAuthorityIsNamed() throws IOException {
        var certificate = new PemSource.Text("c.pem", Files.readString(Certificates.path("dc1-server-consul-0.pem")));
        var key = new PemSource.Text("k.pem", Files.readString(Certificates.path("dc1-server-consul-0-key.pem")));
        var ca = new PemSource.Text("ca.pem", Files.readString(Certificates.path("consul-agent-ca.pem")));

        assertEquals("c.pem is no certificate of an authority, but that of CN=server.dc1.consul",
                assertThrows(TlsConfigException.class, () -> CertificateAuthority.load(certificate, key)).getMessage());
        assertTrue(assertThrows(TlsConfigException.class, () -> CertificateAuthority.load(ca, key)).getMessage()
                .startsWith("Failed to load cert/key pair: the private key in k.pem does not belong to"));
    }

    @Test
    void consulsOwnAuthoritySignsHere() throws Exception {
        var ca = new PemSource.Text("ca.pem", Files.readString(Certificates.path("consul-agent-ca.pem")));
        var key = new PemSource.Text("key.pem", Files.readString(Certificates.path("consul-agent-ca-key.pem")));

        var pair = CertificateAuthority.load(ca, key).issue(new Subject(Usage.SERVER, "server.dc1.consul",
                List.of("server.dc1.consul"), List.of(), Duration.ofDays(365)), Instant.now());

        var tls = TlsConfigurator.load(Certificates.anonymous().withCertificate(
                PemSource.text("made here", pair.certificate()), PemSource.text("made here", pair.key())));
        assertTrue(tls.mutualTls());
        read(pair.certificate()).verify(read(ca.pem()).getPublicKey());
    }

    @Test
    void aLimitOnNamesIsInTheAuthority() throws IOException {
        var plan = new Plan("Ours", Duration.ofDays(1), List.of("consul", "localhost"), "c1");
        var ca = read(CertificateAuthority.create(plan, NOW).pem().certificate());

        assertEquals("CN=Ours,O=Proconsul", ca.getSubjectX500Principal().getName());
        assertTrue(ca.getCriticalExtensionOIDs().contains("2.5.29.30"));
        assertTrue(new String(ca.getExtensionValue("2.5.29.17"), StandardCharsets.ISO_8859_1)
                .contains("spiffe://c1.consul"));
    }

    @ParameterizedTest
    @CsvSource({
        "AGENT, node-1, spiffe://dummy.trustdomain/agent/client/dc/dc9/id/node-1, /agent/client/dc/dc9/id/node-1",
        "SERVICE, web, spiffe://" + DOMAIN + "/ns/default/dc/dc1/svc/web, /ns/default/dc/dc1/svc/web",
        "MESH_GATEWAY, '', spiffe://" + DOMAIN + "/gateway/mesh/dc/dc1, /gateway/mesh/dc/dc1",
        "SERVER, '', spiffe://" + DOMAIN + "/agent/server/dc/dc1, /agent/server/dc/dc1",
        "AGENT, a, spiffe://x/ap/p/agent/client/dc/d/id/a, /ap/p/agent/client/dc/d/id/a"
    })
    void aRequestIsSignedInOurTrustDomain(Requester requester, String name, String uri, String path) throws Exception {
        var authority = CertificateAuthority.create(PLAN, NOW);

        var signed = authority.sign(Requests.of("CN=asked for", "uri:" + uri, "dns:host.example", "ip:10.0.0.1"), RULES, NOW);

        assertEquals(requester, signed.requester());
        assertEquals(name, signed.name());
        assertEquals("spiffe://" + DOMAIN + path, signed.uri());
        assertEquals(NOW.plus(Duration.ofHours(72)), signed.notAfter());
        assertEquals(NOW.minus(Duration.ofMinutes(1)), signed.notBefore());
        assertTrue(signed.serial().matches("[0-9a-f]{2}(:[0-9a-f]{2})*"), signed.serial());
        var certificate = read(signed.pem());
        certificate.verify(read(authority.pem().certificate()).getPublicKey());
        assertEquals("", certificate.getSubjectX500Principal().getName());
        assertEquals(List.of("host.example", "10.0.0.1", "spiffe://" + DOMAIN + path), names(certificate));
        assertEquals(List.of("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "uri:spiffe://x/ns/default/dc/dc2/svc/web | SPIFFE ID in CSR from a different datacenter: dc2, we are dc1",
        "uri:spiffe://x/ns/default/dc/dc1/svc/web | SPIFFE ID in CSR from a different trust domain: x, we are " + DOMAIN,
        "uri:https://x/ns/default/dc/dc1/svc/web  | SPIFFE ID must have 'spiffe' scheme",
        "uri:spiffe://x/else                      | SPIFFE ID in CSR must be a service, mesh-gateway, or agent ID",
        "dns:only.example                         | CSR SAN contains an invalid number of URIs: 0",
        "uri:spiffe://x/agent/client/dc/d/id/a uri:spiffe://x/agent/client/dc/d/id/b | CSR SAN contains an invalid number of URIs: 2",
        "uri:spiffe://x/agent/client/dc/d/id/a email:a@b.example | CSR SAN does not allow specifying email addresses",
        "uri:spiffe://x/agent/client/dc/d/id/a dns:server.dc1.consul | CSR SAN asks for the name of a server, or a wildcard: server.dc1.consul",
        "uri:spiffe://x/agent/client/dc/d/id/a dns:n.SERVER.dc1.consul. | CSR SAN asks for the name of a server, or a wildcard: n.server.dc1.consul.",
        "uri:spiffe://x/agent/client/dc/d/id/a dns:*.dc1.consul | CSR SAN asks for the name of a server, or a wildcard: *.dc1.consul"
    })
    void aRequestForTooMuchIsRefusedInConsulsWords(String names, String refusal) {
        var authority = CertificateAuthority.create(PLAN, NOW);

        assertEquals(refusal, assertThrows(SigningRefusedException.class,
                () -> authority.sign(Requests.of("CN=a", names.split(" ")), RULES, NOW)).getMessage());
    }

    @Test
    void whoIsNotAmongTheRequestersGetsNothing() {
        var authority = CertificateAuthority.create(PLAN, NOW);
        var rules = new SigningRules(DOMAIN, "dc1", "consul", Set.of(Requester.AGENT), Duration.ofHours(72));
        var uri = "spiffe://" + DOMAIN + "/agent/server/dc/dc1";

        assertEquals("Permission denied: no certificate is signed for " + uri,
                assertThrows(SigningRefusedException.class,
                        () -> authority.sign(Requests.of("CN=a", "uri:" + uri), rules, NOW)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"})
    void damageIsRefused(String csr) {
        var authority = CertificateAuthority.create(PLAN, NOW);
        var refusal = assertThrows(SigningRefusedException.class, () -> authority.sign(csr, RULES, NOW)).getMessage();

        assertTrue(refusal.equals("no PEM-encoded data found") || refusal.startsWith("the CSR cannot be read: "), refusal);
    }

    @Test
    void aRequestThatIsNotSignedByItsOwnKeyIsRefused() {
        var authority = CertificateAuthority.create(PLAN, NOW);

        assertEquals("the CSR is not signed by its own key", assertThrows(SigningRefusedException.class, () -> authority
                .sign(Requests.ofAnotherKey("CN=a", "uri:spiffe://x/agent/client/dc/d/id/a"), RULES, NOW)).getMessage());
    }
}
