package dev.proconsul.rpc.transport.tls.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemReaderTest {
    private static String pem(String name) throws IOException {
        try (var in = Objects.requireNonNull(PemReaderTest.class.getResourceAsStream("/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pem/rsa-pkcs1.pem, RSA, pem/rsa.pem",
        "pem/rsa-pkcs8.pem, RSA, pem/rsa.pem",
        "pem/p384-sec1-with-parameters.pem, EC, pem/p384.pem",
        "pem/p384-pkcs8.pem, EC, pem/p384.pem",
        "pem/ed25519-pkcs8.pem, EdDSA, pem/ed25519.pem",
        "tls/dc1-server-consul-0-key.pem, EC, tls/dc1-server-consul-0.pem",
        "tls/dc1-server-consul-0-key.pkcs8.pem, EC, tls/dc1-server-consul-0.pem"
    })
    void everyFormOfKeyIsReadAndBelongsToItsCertificate(String key, String algorithm, String certificate)
            throws IOException {
        var read = PemReader.key(key, pem(key));

        assertEquals(algorithm, read.getAlgorithm().equals("Ed25519") ? "EdDSA" : read.getAlgorithm());
        var chain = PemReader.certificates(certificate, pem(certificate));
        assertTrue(KeyPairs.match(chain.getFirst().getPublicKey(), read));
    }

    @Test
    void keysOfOthersDoNotMatch() throws IOException {
        var rsa = PemReader.certificates("c", pem("pem/rsa.pem")).getFirst().getPublicKey();
        var p384 = PemReader.certificates("c", pem("pem/p384.pem")).getFirst().getPublicKey();

        assertEquals(false, KeyPairs.match(rsa, PemReader.key("k", pem("pem/ed25519-pkcs8.pem"))));
        assertEquals(false, KeyPairs.match(p384, PemReader.key("k", pem("tls/dc1-server-consul-0-key.pem"))));
    }

    @Test
    void aBundleGivesItsCertificatesInOrderAndItsKey() throws IOException {
        var names = PemReader.certificates("bundle", pem("pem/bundle.pem")).stream()
                .map(certificate -> certificate.getSubjectX500Principal().getName()).toList();

        assertEquals(List.of("CN=ed25519", "CN=p384"), names);
        assertTrue(PemReader.key("bundle", pem("pem/bundle.pem")).getAlgorithm().startsWith("Ed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pem/nothing.pem       | failed to parse PEM: pem/nothing.pem holds no certificate; expected a block that begins with -----BEGIN CERTIFICATE-----",
        "pem/rsa-pkcs8.pem     | failed to parse PEM: pem/rsa-pkcs8.pem holds no certificate; expected a block that begins with -----BEGIN CERTIFICATE-----",
        "pem/damaged.pem       | failed to parse PEM: PEM block 1 in pem/damaged.pem is damaged: ",
        "pem/cut.pem           | failed to parse PEM: PEM block 1 in pem/cut.pem is damaged: "
    })
    void aBadCertificateIsNamed(String name, String complaint) {
        var e = assertThrows(TlsConfigException.class, () -> PemReader.certificates(name, pem(name)));
        assertTrue(e.getMessage().startsWith(complaint), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pem/rsa.pem                   | failed to parse PEM: pem/rsa.pem holds no private key; expected a block that begins with -----BEGIN PRIVATE KEY-----",
        "pem/encrypted-traditional.pem | the private key in pem/encrypted-traditional.pem is encrypted; a server starts without a password",
        "pem/encrypted-pkcs8.pem       | the private key in pem/encrypted-pkcs8.pem is encrypted; a server starts without a password",
        "pem/x25519.pem                | the private key in pem/x25519.pem is of kind 1.3.101.110, but must be RSA, EC or Ed25519"
    })
    void aBadKeyIsNamed(String name, String complaint) {
        var e = assertThrows(TlsConfigException.class, () -> PemReader.key(name, pem(name)));
        assertTrue(e.getMessage().startsWith(complaint), e.getMessage());
    }

    @Test
    void twoKeysAreOneTooMany() throws IOException {
        var two = pem("pem/rsa-pkcs8.pem") + pem("pem/ed25519-pkcs8.pem");

        assertEquals("two.pem holds more than one private key, but must hold exactly one",
                assertThrows(TlsConfigException.class, () -> PemReader.key("two.pem", two)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damageIsToldAndNeverAnythingElse(long seed) throws IOException {
        var random = new Random(seed);
        for (var name : List.of("pem/bundle.pem", "pem/rsa-pkcs1.pem", "pem/p384-sec1-with-parameters.pem")) {
            for (int round = 0; round < 20; round++) {
                var text = new StringBuilder(pem(name));
                for (int i = 0; i < 3; i++) {
                    text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
                }
                readOrRefuse(text.toString(), seed);
            }
        }
    }

    private static void readOrRefuse(String text, long seed) {
        try {
            PemReader.key("k", text);
            PemReader.certificates("c", text);
        } catch (TlsConfigException e) {
            assertTrue(e.getMessage().length() > 10, () -> "seed " + seed);
        }
    }
}
