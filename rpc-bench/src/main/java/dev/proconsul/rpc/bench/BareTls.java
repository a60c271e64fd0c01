package dev.proconsul.rpc.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/// What the JDK needs for its own sockets to speak TLS with a certificate of ours.
final class BareTls {
    private static final char[] NO_PASSWORD = {};

    private BareTls() {}

    static SSLContext context(String authority, String certificate, String key) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", certificate(authority));
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8(key))),
                NO_PASSWORD, new Certificate[] {certificate(certificate)});
        var own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, NO_PASSWORD);
        var trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /// {@return the key in the one form that the JDK and gRPC's own credentials read}
    /// @param key as our authority writes it, which is SEC 1
    static byte[] pkcs8(String key) throws IOException {
        try (var parser = new PEMParser(new StringReader(key))) {
            return ((PEMKeyPair) parser.readObject()).getPrivateKeyInfo().getEncoded();
        }
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
