package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Puts certificates together. Bouncy Castle encodes them, the JDK makes keys and signatures.
public final class CertificateMaker {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 127;
    /// Clocks of peers may be behind.
    private static final Duration BACKDATED = Duration.ofMinutes(1);

    private CertificateMaker() {}

    /// A certificate and its key.
    /// @param certificate the certificate
    /// @param key         the private key
    public record Made(X509Certificate certificate, PrivateKey key) {}

    /// Makes an authority.
    /// @param plan what it shall be
    /// @param now  the first moment at which it is valid
    /// @return certificate and key
    public static Made authority(Plan plan, Instant now) {
        var keys = newKeys();
        var serial = newSerial();
        var name = plan.commonName().isEmpty() ? "Consul Agent CA " + serial : plan.commonName();
        var subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Proconsul").addRDN(BCStyle.CN, name).build();
        var draft = new Draft(subject, subject, serial, now, now.plus(plan.validity()), keys.getPublic());
        draft.add(Extension.keyUsage, true,
                new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
        draft.add(Extension.basicConstraints, true, new BasicConstraints(true));
        draft.add(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId(keys.getPublic())));
        if (!plan.clusterId().isEmpty()) {
            draft.add(Extension.subjectAlternativeName, false, new GeneralNames(
                    new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://" + plan.clusterId() + ".consul")));
        }
        if (!plan.permitted().isEmpty()) {
            draft.add(Extension.nameConstraints, true, new NameConstraints(plan.permitted().stream()
                    .map(domain -> new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain)))
                    .toArray(GeneralSubtree[]::new), null));
        }
        return new Made(draft.sign(keys.getPrivate()), keys.getPrivate());
    }

    /// Makes a certificate with a new key.
    /// @param subject what it shall say
    /// @param now     the first moment at which it is valid
    /// @param issuer  the authority
    /// @param signing its key
    /// @return certificate and key
    public static Made leaf(Subject subject, Instant now, X509Certificate issuer, PrivateKey signing) {
        var keys = newKeys();
        var name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, subject.commonName()).build();
        var draft = new Draft(issuerName(issuer), name, newSerial(), now, now.plus(subject.validity()), keys.getPublic());
        draft.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
        var purposes = switch (subject.usage()) {
            case SERVER -> List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
            case CLIENT -> List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
            case CLI -> List.<KeyPurposeId>of();
        };
        if (!purposes.isEmpty()) {
            draft.add(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
        }
        draft.add(Extension.basicConstraints, true, new BasicConstraints(false));
        draft.add(Extension.authorityKeyIdentifier, false, authorityKeyId(issuer));
        draft.add(Extension.subjectAlternativeName, false, names(subject));
        return new Made(draft.sign(signing), keys.getPrivate());
    }

    private static GeneralNames names(Subject subject) {
        var all = new ArrayList<GeneralName>();
        subject.dnsNames().forEach(dns -> all.add(new GeneralName(GeneralName.dNSName, dns)));
        for (var address : subject.addresses()) {
            if (CertificateNames.literal(address) == null) {
                throw new IllegalArgumentException("'" + address + "' is no IP address");
            }
            all.add(new GeneralName(GeneralName.iPAddress, address));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    /// Makes a certificate for a request, whose names are taken over, but for the URI.
    /// @param request  the request
    /// @param uri      stands in place of its URI
    /// @param validity how long it is valid
    /// @param now      when it is made
    /// @param issuer   the authority
    /// @param signing  its key
    /// @return the certificate
    public static X509Certificate signed(SigningRequest request, String uri, Duration validity, Instant now,
            X509Certificate issuer, PrivateKey signing) {
        var draft = new Draft(issuerName(issuer), new X500Name(new RDN[0]), newSerial(),
                now.minus(BACKDATED), now.plus(validity), request.publicKey());
        draft.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                | KeyUsage.dataEncipherment | KeyUsage.keyAgreement));
        draft.add(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
        draft.add(Extension.basicConstraints, true, new BasicConstraints(false));
        draft.add(Extension.authorityKeyIdentifier, false, authorityKeyId(issuer));
        // Without a subject the names are all there is: RFC 5280 section 4.2.1.6 wants them critical then.
        draft.add(Extension.subjectAlternativeName, true, request.names(uri));
        return draft.sign(signing);
    }

    /// {@return the serial number as Consul writes it}
    /// @param certificate of which
    public static String serial(X509Certificate certificate) {
        return HexFormat.ofDelimiter(":").formatHex(certificate.getSerialNumber().toByteArray());
    }

    /// Makes sure that a key belongs to a certificate.
    /// @param certificate     the certificate
    /// @param certificateName what errors call it
    /// @param key             the private key
    /// @param keyName         what errors call it
    /// @throws TlsConfigException when it does not
    public static void requirePair(X509Certificate certificate, String certificateName, PrivateKey key, String keyName)
            throws TlsConfigException {
        if (!KeyPairs.match(certificate.getPublicKey(), key)) {
            throw new TlsConfigException("Failed to load cert/key pair: the private key in " + keyName
                    + " does not belong to the certificate in " + certificateName + ", which is that of "
                    + certificate.getSubjectX500Principal().getName());
        }
    }

    private static X500Name issuerName(X509Certificate issuer) {
        return X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    }

    /// Taken from the authority itself, where it says one: others look for exactly that.
    private static AuthorityKeyIdentifier authorityKeyId(X509Certificate issuer) {
        var extension = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        if (extension == null) {
            return new AuthorityKeyIdentifier(keyId(issuer.getPublicKey()));
        }
        var octets = ASN1OctetString.getInstance(extension).getOctets();
        return new AuthorityKeyIdentifier(SubjectKeyIdentifier.getInstance(octets).getKeyIdentifier());
    }

    private static byte[] keyId(PublicKey key) {
        try {
            var bits = SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes();
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bits), 32);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    private static BigInteger newSerial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(0); // positive, and never zero
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no P-256", e);
        }
    }

    /// A certificate that is not signed yet.
    private static final class Draft {
        private final X509v3CertificateBuilder builder;

        Draft(X500Name issuer, X500Name subject, BigInteger serial, Instant from, Instant to, PublicKey key) {
            builder = new X509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(to), subject,
                    SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            add(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(key)));
        }

        void add(ASN1ObjectIdentifier type, boolean critical,
                ASN1Encodable value) {
            try {
                builder.addExtension(type, critical, value);
            } catch (IOException e) {
                throw new IllegalArgumentException("a value cannot be encoded: " + e.getMessage(), e);
            }
        }

        X509Certificate sign(PrivateKey key) {
            try {
                var signer = new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(key)).build(key);
                return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            } catch (OperatorCreationException | CertificateException e) {
                throw new IllegalStateException("the JDK cannot sign with a key of kind " + key.getAlgorithm(), e);
            }
        }
    }
}
