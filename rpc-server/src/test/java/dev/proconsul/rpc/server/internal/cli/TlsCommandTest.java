package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsCommandTest {
    @TempDir
    private Path directory;

    private Run tls(String arguments) {
        return Run.of(("tls " + arguments + " -dir " + directory).split(" "));
    }

    private X509Certificate certificate(String name) throws Exception {
        var bytes = Files.readAllBytes(directory.resolve(name));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(bytes));
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString()).toList();
    }

    @Test
    void anAuthorityAndWhatItSignsAreWrittenUnderConsulsNames() throws Exception {
        var ca = tls("ca create");
        assertEquals(0, ca.code, ca.err());
        assertEquals("saved " + directory.resolve("consul-agent-ca.pem") + "\nsaved "
                + directory.resolve("consul-agent-ca-key.pem") + "\n", ca.out());
        assertEquals("rw-------", permissions("consul-agent-ca-key.pem"));

        var server = tls("cert create -server -dc dc2 -node n1 -additional-dnsname more.example "
                + "-additional-ipaddress 10.0.0.7 -days 9");
        assertEquals(0, server.code, server.err());
        assertEquals("rw-------", permissions("dc2-server-consul-0-key.pem"));
        var certificate = certificate("dc2-server-consul-0.pem");
        certificate.verify(certificate("consul-agent-ca.pem").getPublicKey());
        assertEquals(List.of("more.example", "n1.server.dc2.consul", "server.dc2.consul", "localhost", "10.0.0.7",
                "127.0.0.1"), names(certificate));
        assertEquals("CN=server.dc2.consul", certificate.getSubjectX500Principal().getName());

        assertEquals(0, tls("cert create -client").code);
        assertEquals(0, tls("cert create -client").code);
        assertEquals(List.of("client.dc1.consul", "localhost", "127.0.0.1"), names(certificate("dc1-client-consul-1.pem")));
        assertEquals(0, tls("cert create -cli").code);
        assertEquals(List.of("cli.dc1.consul", "localhost"), names(certificate("dc1-cli-consul-0.pem")));
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        var key = Files.writeString(directory.resolve("consul-agent-ca-key.pem"), "precious");

        var run = tls("ca create");

        assertEquals(1, run.code);
        assertEquals(key + " exists already and is not overwritten; move it away, or use another directory (-dir)",
                run.complaint());
        assertEquals("precious", Files.readString(key));
        assertTrue(Files.notExists(directory.resolve("consul-agent-ca.pem")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ca make                         | tls can make things: 'tls ca create' or 'tls cert create', not 'make'",
        "key create                      | tls makes a ca or a cert, not 'key'",
        "ca create -server               | -server is not for 'tls ca create'",
        "cert create -cluster-id x       | -cluster-id is not for 'tls cert create'",
        "cert create                     | cert create needs one of -server, -client and -cli, but has none",
        "cert create -server -client     | cert create needs one of -server, -client and -cli, but has several",
        "cert create -client -node n     | -node is for -server only",
        "cert create -client -days 0     | -days is '0', but must be a whole number from 1 to 36500",
        "cert create -client -dc a/b     | -dc is 'a/b', but must be a name of letters, digits, '-', '_' and dots between",
        "ca create -additional-name-constraint x | -additional-name-constraint needs -name-constraint"
    })
    void aBadCommandLineIsNamed(String arguments, String complaint) {
        var run = tls(arguments);

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }

    @Test
    void aMissingAuthorityAndABadAddressAreNamed() {
        assertEquals("there is no file '" + directory.resolve("consul-agent-ca.pem") + "'; 'proconsul tls ca create' makes an "
                + "authority, -ca and -key name another", tls("cert create -client").complaint());

        assertEquals(0, tls("ca create").code);
        assertEquals("-additional-ipaddress: 'host' is no IP address",
                tls("cert create -client -additional-ipaddress host").complaint());
    }

    @Test
    void whoOutlivesItsAuthorityIsTold() {
        assertEquals(0, tls("ca create -days 10").code);

        assertTrue(tls("cert create -server").err().startsWith("note: the authority expires before this certificate, on "));
        assertEquals("", tls("cert create -server -days 9").err());
    }
}
