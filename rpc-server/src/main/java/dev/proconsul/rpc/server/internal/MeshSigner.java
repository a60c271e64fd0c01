package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.CertificateSigner;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Requester;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.SigningRules;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.SigningRefusedException;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/// Makes the certificates of the mesh with the tooling of `rpc-transport-tls`. It keeps nothing: the authority is in
/// the replicated state. Whoever asks for the name of a server in our DNS domain gets none.
///
/// Threads: any. Source: Consul `agent/connect/ca/provider_consul.go`.
final class MeshSigner implements CertificateSigner {
    private static final String NAME = "Consul CA Root Cert";
    private static final String KEY_ID = "2.5.29.14";
    private static final int OCTET_STRING_HEADER = 2;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private final Supplier<TlsConfig> tls;

    /// @param tls tells our datacenter and DNS domain
    MeshSigner(Supplier<TlsConfig> tls) {
        this.tls = tls;
    }

    @Override
    public Authority create(String clusterId, Duration validity, Instant now) {
        var pair = CertificateAuthority.create(new Plan(NAME, validity, List.of(), clusterId), now).pem();
        return new Authority(pair.certificate(), pair.key());
    }

    @Override
    public Description describe(Authority authority) throws RpcException {
        if (!authority.key().isEmpty()) {
            load(authority);
        }
        var certificate = certificate(authority.certificate());
        if (certificate.getBasicConstraints() < 0) {
            throw new RpcException("the root certificate is no certificate of an authority");
        }
        var name = certificate.getSubjectX500Principal().getName();
        var keyType = certificate.getPublicKey() instanceof RSAPublicKey ? "rsa" : "ec";
        return new Description(fingerprint(certificate), name, certificate.getSerialNumber().longValue(),
                keyId(certificate), keyType, keyBits(certificate), certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    @Override
    public Request read(String csr) throws RpcException {
        try {
            var names = CertificateAuthority.namesOf(csr);
            return new Request(names.uris(), names.emails());
        } catch (SigningRefusedException e) {
            throw refusal(e);
        }
    }

    @Override
    public Signed sign(Authority authority, String csr, String uri, Duration validity, Instant now)
            throws RpcException {
        var config = tls.get();
        var rules = new SigningRules(URI.create(uri).getRawAuthority(), config.datacenter(), config.domain(),
                EnumSet.allOf(Requester.class), validity);
        try {
            var signed = load(authority).sign(csr, rules, now);
            return new Signed(signed.pem(), signed.serial(), signed.notBefore(), signed.notAfter());
        } catch (SigningRefusedException e) {
            throw refusal(e);
        }
    }

    private static CertificateAuthority load(Authority authority) throws RpcException {
        try {
            return CertificateAuthority.load(new PemSource.Text("RootCert", authority.certificate()),
                    new PemSource.Text("PrivateKey", authority.key()));
        } catch (TlsConfigException e) {
            throw new RpcException(String.valueOf(e.getMessage()), e);
        }
    }

    private static RpcException refusal(SigningRefusedException e) {
        return new RpcException(String.valueOf(e.getMessage()), e);
    }

    private static X509Certificate certificate(String pem) throws RpcException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
        } catch (CertificateException e) {
            throw new RpcException("the root certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private static String fingerprint(X509Certificate certificate) throws RpcException {
        try {
            return COLONS.formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new RpcException("the root certificate cannot be read: " + e.getMessage(), e);
        }
    }

    /// The extension's value is an octet string with an octet string in it, both shorter than 128 bytes.
    private static String keyId(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(KEY_ID);
        return extension == null || extension.length <= 2 * OCTET_STRING_HEADER ? ""
                : COLONS.formatHex(Arrays.copyOfRange(extension, 2 * OCTET_STRING_HEADER, extension.length));
    }

    private static int keyBits(X509Certificate certificate) {
        return switch (certificate.getPublicKey()) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength();
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength();
            default -> 0;
        };
    }
}
