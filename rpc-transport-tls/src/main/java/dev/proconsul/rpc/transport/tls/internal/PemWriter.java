package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

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
        var info = PrivateKeyInfo.getInstance(key.getEncoded());
        return write(info.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                ? sec1(info) : key);
    }

    /// The JDK leaves the curve out of the inner structure, because the outer one has it; here there is no outer one.
    private static PemObject sec1(PrivateKeyInfo info) {
        try {
            var inner = ECPrivateKey.getInstance(info.parsePrivateKey());
            int bits = inner.getPrivateKey().getOctetsLength() * Byte.SIZE;
            var whole = new ECPrivateKey(bits, inner.getKey(), info.getPrivateKeyAlgorithm().getParameters());
            return new PemObject("EC PRIVATE KEY", whole.getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException("a key of the JDK cannot be decoded", e);
        }
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
