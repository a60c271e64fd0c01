package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.ConnectCA;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.SignedResponse;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The mesh's certificates of a whole server, requested and looked at by OpenSSL, where the machine has it.
class MeshCertificatesTest {
    private static final DCSpecificRequest DC1 = DCSpecificRequest.ZERO.withDatacenter("dc1");

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsOpenssl() {
        boolean there;
        try {
            there = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            there = false;
        }
        assumeTrue(there, "openssl is not installed");
    }

    private String openssl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0, said);
        return said;
    }

    private String request(String name, String names) throws IOException, InterruptedException {
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
                "-subj", "/", "-addext", "subjectAltName=" + names, "-out", name + ".csr");
        return Files.readString(directory.resolve(name + ".csr"));
    }

    private void store(String name, String pem) throws IOException {
        Files.writeString(directory.resolve(name), pem);
    }

    @Test
    @DisplayName("endpoints rows 201, 202: a service has its certificate by ConnectCA.Sign, and OpenSSL accepts the chain")
    void signsForServices() throws Exception {
        try (var server = TestServer.start()) {
            var roots = server.call(ConnectCA.ROOTS, DC1);
            var root = roots.roots().getFirst();
            store("root.pem", root.rootCert());
            assertEquals("sha1 Fingerprint=" + root.id().toUpperCase(Locale.ROOT),
                    openssl("x509", "-in", "root.pem", "-noout", "-fingerprint", "-sha1").strip());
            assertTrue(openssl("x509", "-in", "root.pem", "-noout", "-ext", "subjectKeyIdentifier,subjectAltName")
                    .toLowerCase(Locale.ROOT).contains(root.signingKeyID()), "the key id is that of the certificate");
            assertEquals("ec 256", root.privateKeyType() + " " + root.privateKeyBits());

            var uri = "spiffe://" + roots.trustDomain() + "/ns/default/dc/dc1/svc/web";
            var issued = server.call(ConnectCA.SIGN, CASignRequest.ZERO.withDatacenter("dc1")
                    .withCsr(request("web", "URI:" + uri)));
            store("web.pem", issued.certPEM());
            assertEquals("web.pem: OK", openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "root.pem",
                    "web.pem").strip());
            assertTrue(openssl("x509", "-in", "web.pem", "-noout", "-ext", "subjectAltName").contains("URI:" + uri));
            assertEquals("web " + uri, issued.service() + " " + issued.serviceURI());

            var foreign = request("foreign", "URI:spiffe://other.consul/ns/default/dc/dc1/svc/web");
            assertEquals("SPIFFE ID in CSR from a different trust domain: other.consul, we are " + roots.trustDomain(),
                    assertThrows(RpcException.class, () -> server.call(ConnectCA.SIGN,
                            CASignRequest.ZERO.withDatacenter("dc1").withCsr(foreign))).getMessage());
            var posing = request("posing", "URI:" + uri + ",DNS:server.dc1.consul");
            assertEquals("CSR SAN asks for the name of a server, or a wildcard: server.dc1.consul",
                    assertThrows(RpcException.class, () -> server.call(ConnectCA.SIGN,
                            CASignRequest.ZERO.withDatacenter("dc1").withCsr(posing))).getMessage());
        }
    }

    @Test
    @DisplayName("endpoints rows 200, 202: byte 7 and ConnectCA have one authority; the server trusts who has a "
            + "certificate of it, also when there is another root")
    void trustsAgents() throws Exception {
        try (var server = TestServer.start(config -> Mode.VERIFY_INCOMING.of(config).withAutoEncrypt(true))) {
            var first = signed(server, "one");
            assertEquals(server.call(ConnectCA.ROOTS, DC1).activeRootID(), first.connectCARoots().activeRootID());
            ping(server, "one", first);

            var config = server.call(ConnectCA.CONFIGURATION_GET, DC1);
            var rotated = new HashMap<String, @Nullable Object>(config.config());
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                    "-subj", "/CN=ours", "-days", "30", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign");
            rotated.put("RootCert", Files.readString(directory.resolve("ca.pem")));
            rotated.put("PrivateKey", Files.readString(directory.resolve("ca.key")));
            server.call(ConnectCA.CONFIGURATION_SET, CARequest.ZERO.withDatacenter("dc1")
                    .withConfig(config.withConfig(rotated).withForceWithoutCrossSigning(true)));
            var second = signed(server, "two");
            assertEquals(2, second.connectCARoots().roots().size());
            store("leaf.pem", second.issuedCert().certPEM());
            assertEquals("leaf.pem: OK", openssl("verify", "-CAfile", "ca.pem", "leaf.pem").strip());
            Conditions.await(() -> pings(server, "two", second), () -> "who has a certificate of the new root is refused");
            ping(server, "one", first);
        }
    }

    private SignedResponse signed(TestServer server, String name) throws Exception {
        var csr = request(name, "URI:spiffe://dummy.trustdomain/agent/client/dc/dc1/id/" + name);
        try (var wire = TlsClient.NOBODY.after("07", server.address())) {
            wire.send(Requests.of(1, AutoEncrypt.SIGN, CASignRequest.ZERO.withDatacenter("dc1").withCsr(csr)));
            var reader = new MsgpackReader(wire.input(), DecodeLimits.DEFAULT);
            assertEquals("", ResponseHeader.CODEC.decode(reader).error());
            return AutoEncrypt.SIGN.reply().decode(reader);
        }
    }

    private boolean pings(TestServer server, String name, SignedResponse certificate) {
        try {
            ping(server, name, certificate);
            return true;
        } catch (CallException e) {
            return false;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Calls the server with a certificate, which it asks for.
    private void ping(TestServer server, String name, SignedResponse certificate)
            throws CallException, IOException, InterruptedException {
        var tls = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(Mode.pem("consul-agent-ca"))
                .withCertificate(PemSource.text(name, certificate.issuedCert().certPEM()),
                        PemSource.file(directory.resolve(name + ".key")))
                .withVerification(false, true, false));
        try (var client = RpcClient.connect(ClientConfig.of(server.address()), TlsDialer.toServersOf(tls, "dc1"))) {
            client.status().ping();
        }
    }
}
