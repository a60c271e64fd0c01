package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;

/// Writes certificates and keys as PEM, in the forms that Consul writes: EC keys as SEC1.
public final class PemWriter {
    private PemWriter() {}

    /// {@return the text of a certificate}
    /// @param certificate the certificate
    public static String certificate(X509Certificate certificate) {
        return write(certificate);
    }

    /// {@return the text of a private key, which is secret}
    /// @param key the key
    public static String key(PrivateKey key) {
        return write(key);
    }

    private static String write(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write PEM into memory", e);
        }
        return text.toString();
    }
}
