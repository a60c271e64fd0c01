package dev.proconsul.rpc.transport.tls.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/// Which keys belong together, and how they sign.
final class KeyPairs {
    private static final byte[] PROBE = "this key is mine".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /// {@return how a key signs}
    static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }

    /// {@return whether what one signs, the other verifies}
    static boolean match(PublicKey publicKey, PrivateKey key) {
        if (!kind(publicKey.getAlgorithm()).equals(kind(key.getAlgorithm()))) {
            return false;
        }
        try {
            var signer = Signature.getInstance(signatureAlgorithm(key));
            signer.initSign(key);
            signer.update(PROBE);
            var signature = signer.sign();
            signer.initVerify(publicKey);
            signer.update(PROBE);
            return signer.verify(signature);
        } catch (SignatureException e) {
            return false; // another size or curve
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot use a key of kind " + key.getAlgorithm(), e);
        }
    }

    /// The JDK calls the same thing by its family and by its curve.
    private static String kind(String algorithm) {
        return algorithm.equals("Ed25519") ? "EdDSA" : algorithm;
    }
}
