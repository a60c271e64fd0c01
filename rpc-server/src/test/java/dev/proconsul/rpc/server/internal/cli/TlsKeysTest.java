package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsKeysTest {
    @TempDir
    private Path directory;

    private TlsConfig read(String... files) throws IOException, UsageError {
        var names = new ArrayList<String>();
        for (var json : files) {
            names.add(Files.writeString(directory.resolve(names.size() + ".json"), json).toString());
        }
        return ConfigFile.read(names, ServerConfig.dev()).tls();
    }

    private static PemSource file(String name) {
        return PemSource.file(Path.of(name));
    }

    @Test
    void theServerPortInheritsFromTheDefaults() throws Exception {
        var tls = read("""
                {"tls": {"defaults": {"ca_file": "a", "cert_file": "b", "key_file": "c", "verify_incoming": true,
                                      "verify_outgoing": true, "tls_min_version": "TLSv1_2",
                                      "tls_cipher_suites":
                                      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
                         "internal_rpc": {"ca_file": "d", "verify_incoming": false, "verify_server_hostname": true}},
                 "domain": "example.com."}""");

        assertEquals(file("d"), tls.authorities());
        assertEquals(file("b"), tls.certificate());
        assertEquals(file("c"), tls.key());
        assertEquals(List.of(false, true, true),
                List.of(tls.verifyIncoming(), tls.verifyOutgoing(), tls.verifyServerHostname()));
        assertEquals(List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                tls.cipherSuites());
        assertEquals("server.dc1.example.com", tls.serverName("dc1"));
    }

    @Test
    void olderKeysMeanTheSame() throws Exception {
        var tls = read("""
                {"ca_path": "a", "cert_file": "b", "key_file": "c", "verify_incoming": true, "verify_outgoing": true,
                 "verify_server_hostname": true, "tls_min_version": "tls13", "tls_prefer_server_cipher_suites": true}""");

        assertEquals(PemSource.directory(Path.of("a")), tls.authorities());
        assertEquals(List.of(true, true, true),
                List.of(tls.verifyIncoming(), tls.verifyOutgoing(), tls.verifyServerHostname()));
        assertEquals(TlsVersion.TLS_1_3, tls.minVersion());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"verify_incoming_rpc\": true}                                          | true",
        "{\"verify_incoming\": true, \"verify_incoming_rpc\": false}              | false",
        "{\"verify_incoming\": true}                                              | true",
        "{\"verify_incoming\": true, \"tls\": {\"defaults\": {\"verify_incoming\": false}}} | false",
        "{\"verify_incoming_rpc\": true, \"tls\": {\"internal_rpc\": {\"verify_incoming\": false}}} | false",
        "{\"verify_incoming_rpc\": true, \"tls\": {\"defaults\": {\"verify_incoming\": false}}} | true"
    })
    void theNewerKeyWinsOverTheOlderAndThePortOverTheDefaults(String json, boolean verifies) throws Exception {
        assertEquals(verifies, read(json).verifyIncoming());
    }

    @Test
    void aFileWinsOverADirectoryAndAnEmptyTextIsNone() throws Exception {
        assertEquals(file("f"), read("{\"ca_path\": \"p\", \"ca_file\": \"f\"}").authorities());
        assertEquals(PemSource.directory(Path.of("p")), read("{\"ca_path\": \"p\", \"ca_file\": \"\"}").authorities());
    }

    @Test
    void laterFilesWinKeyByKey() throws Exception {
        var tls = read("{\"ca_file\": \"a\", \"cert_file\": \"b\"}", "{\"ca_file\": \"c\"}");

        assertEquals(file("c"), tls.authorities());
        assertEquals(file("b"), tls.certificate());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"tls\": {\"internal_rpc\": {\"verify_incomming\": true}}} | unknown key tls.internal_rpc.verify_incomming; did you mean tls.internal_rpc.verify_incoming or tls.internal_rpc.verify_outgoing or tls.defaults.verify_incoming?",
        "{\"verify_incoming\": \"yes\"}     | verify_incoming is \"yes\", but must be true or false",
        "{\"tls_min_version\": \"TLSv1_0\"} | TLSv1_0 is no longer secure and not supported; use TLSv1_2 or TLSv1_3",
        "{\"ca_file\": 1}                   | ca_file is 1, but must be a text",
        "{\"limits\": {\"tls_max_half_open_handshakes\": 0}} | limits.tls_max_half_open_handshakes is 0, but must be 1 or more"
    })
    void aBadKeyOrValueIsNamed(String json, String complaint) {
        var e = assertThrows(UsageError.class, () -> read(json));

        assertEquals(directory.resolve("0.json") + ": " + complaint, e.getMessage());
    }
}
