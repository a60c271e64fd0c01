package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/// Makes the JDK's certificates and keys of PEM text. Bouncy Castle knows the forms; it is loaded with this class, and
/// nothing of it comes out.
public final class PemReader {
    private PemReader() {}

    /// Reads certificates, in the order in which they stand; keys among them are passed over.
    ///
    /// @param origin what errors call the text
    /// @param pem    the text
    /// @return at least one certificate
    /// @throws TlsConfigException when there is none, or one is damaged
    public static List<X509Certificate> certificates(String origin, String pem) throws TlsConfigException {
        var found = new ArrayList<X509Certificate>();
        for (var object : objects(origin, pem)) {
            if (object instanceof X509CertificateHolder holder) {
                found.add(certificate(origin, holder));
            }
        }
        if (found.isEmpty()) {
            throw new TlsConfigException("failed to parse PEM: " + origin + " holds no certificate; expected a block "
                    + "that begins with -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    private static X509Certificate certificate(String origin, X509CertificateHolder holder) throws TlsConfigException {
        try {
            var der = new ByteArrayInputStream(holder.getEncoded());
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
        } catch (CertificateException | IOException e) {
            throw damaged(origin, "a certificate", e);
        }
    }

    /// Reads the one private key.
    ///
    /// @param origin what errors call the text
    /// @param pem    the text; certificates in it are passed over
    /// @return the key: RSA, EC or Ed25519; from PKCS#1, SEC1 or PKCS#8
    /// @throws TlsConfigException when there is none, more than one, or it is encrypted, damaged or of another kind
    public static PrivateKey key(String origin, String pem) throws TlsConfigException {
        PrivateKeyInfo found = null;
        for (var object : objects(origin, pem)) {
            var info = keyInfo(origin, object);
            if (info != null && found != null) {
                throw new TlsConfigException(origin + " holds more than one private key, but must hold exactly one");
            }
            found = info == null ? found : info;
        }
        if (found == null) {
            throw new TlsConfigException("failed to parse PEM: " + origin + " holds no private key; expected a block "
                    + "that begins with -----BEGIN PRIVATE KEY-----, EC PRIVATE KEY or RSA PRIVATE KEY");
        }
        return key(origin, found);
    }

    private static @Nullable PrivateKeyInfo keyInfo(String origin, Object object) throws TlsConfigException {
        return switch (object) {
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PrivateKeyInfo info -> info;
            case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
                throw new TlsConfigException("the private key in " + origin
                        + " is encrypted; a server starts without a password, so store it decrypted (openssl pkey)");
            default -> null;
        };
    }

    private static PrivateKey key(String origin, PrivateKeyInfo info) throws TlsConfigException {
        var algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        String name;
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            name = "EC";
        } else if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            name = "RSA";
        } else if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
            name = "Ed25519";
        } else {
            throw new TlsConfigException("the private key in " + origin + " is of kind " + algorithm
                    + ", but must be RSA, EC or Ed25519");
        }
        try {
            return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw damaged(origin, "the private key", e);
        }
    }

    /// Reads a certificate signing request.
    ///
    /// @param origin what errors call the text
    /// @param pem    the text
    /// @return the request
    /// @throws TlsConfigException when there is none, or it is damaged
    static PKCS10CertificationRequest request(String origin, String pem) throws TlsConfigException {
        for (var object : objects(origin, pem)) {
            if (object instanceof PKCS10CertificationRequest request) {
                return request;
            }
        }
        throw new TlsConfigException(origin + " holds no certificate request; expected a block that begins with "
                + "-----BEGIN CERTIFICATE REQUEST-----");
    }

    private static List<Object> objects(String origin, String pem) throws TlsConfigException {
        var all = new ArrayList<>();
        try (var parser = new PEMParser(new StringReader(pem))) {
            for (var object = parser.readObject(); object != null; object = parser.readObject()) {
                all.add(object);
            }
            return all;
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle throws what it likes at damaged text.
            throw damaged(origin, "PEM block " + (all.size() + 1), e);
        }
    }

    private static TlsConfigException damaged(String origin, String what, Exception reason) {
        return new TlsConfigException("failed to parse PEM: " + what + " in " + origin + " is damaged: "
                + reason.getMessage(), reason);
    }
}
