package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.transport.tls.CertificateAuthority.SigningRules;
import dev.proconsul.rpc.transport.tls.SigningRefusedException;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// A request for a certificate, whose signature has been verified: the requester has the key.
///
/// @param publicKey the key of the requester
/// @param all       the names that it asks for
public record SigningRequest(PublicKey publicKey, List<GeneralName> all) {
    /// Far more than any agent sends, which is about half a kilobyte.
    private static final int LONGEST = 64 << 10;

    /// Copies the list.
    public SigningRequest {
        all = List.copyOf(all);
    }

    /// Reads a request.
    /// @param pem the request
    /// @return what it says
    /// @throws SigningRefusedException when it cannot be read, or is not signed by its own key
    public static SigningRequest parse(String pem) throws SigningRefusedException {
        if (!pem.contains("-----BEGIN ")) {
            throw new SigningRefusedException("no PEM-encoded data found");
        }
        if (pem.length() > LONGEST) {
            throw new SigningRefusedException("the CSR has " + pem.length() + " characters, more than " + LONGEST);
        }
        try {
            var request = new JcaPKCS10CertificationRequest(PemReader.request("the CSR", pem));
            var key = request.getPublicKey();
            var verifier = new JcaContentVerifierProviderBuilder().build(key);
            if (!request.isSignatureValid(verifier)) {
                throw new SigningRefusedException("the CSR is not signed by its own key");
            }
            return new SigningRequest(key, names(request));
        } catch (TlsConfigException | GeneralSecurityException | OperatorCreationException | PKCSException
                | IllegalArgumentException e) {
            throw new SigningRefusedException("the CSR cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<GeneralName> names(JcaPKCS10CertificationRequest request) {
        var extensions = request.getRequestedExtensions();
        var names = extensions == null ? null
                : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null ? List.of() : Arrays.asList(names.getNames());
    }

    /// {@return who asks}
    /// @param rules what it may ask for
    /// @throws SigningRefusedException when it asks for what it may not have
    public SpiffeIdentity identity(SigningRules rules) throws SigningRefusedException {
        var uris = uris();
        if (uris.size() != 1) {
            throw new SigningRefusedException("CSR SAN contains an invalid number of URIs: " + uris.size());
        }
        if (!emails().isEmpty()) {
            throw new SigningRefusedException("CSR SAN does not allow specifying email addresses");
        }
        refuseServerNames(rules);
        return SpiffeIdentity.of(uris.getFirst(), rules);
    }

    /// Consul signs any name, so that an agent without a certificate can get that of a server.
    private void refuseServerNames(SigningRules rules) throws SigningRefusedException {
        var domain = "." + rules.domain();
        for (var dns : dnsNames()) {
            var name = dns.toLowerCase(Locale.ROOT);
            var bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            var labels = List.of(bare.split("\\.", -1));
            if (bare.endsWith(domain) && (labels.contains("server") || labels.contains("*")) || bare.contains("*")) {
                throw new SigningRefusedException("CSR SAN asks for the name of a server, or a wildcard: " + name);
            }
        }
    }

    /// {@return the URIs among the names}
    public List<String> uris() {
        return texts(GeneralName.uniformResourceIdentifier);
    }

    /// {@return the e-mail addresses among the names}
    public List<String> emails() {
        return texts(GeneralName.rfc822Name);
    }

    /// {@return the DNS names among the names}
    public List<String> dnsNames() {
        return texts(GeneralName.dNSName);
    }

    private List<String> texts(int type) {
        return ofType(type).stream().map(name -> ASN1IA5String.getInstance(name.getName()).getString()).toList();
    }

    private List<GeneralName> ofType(int type) {
        return all.stream().filter(name -> name.getTagNo() == type).toList();
    }

    /// DNS names and addresses as asked for, and one URI.
    GeneralNames names(String uri) {
        var names = new ArrayList<GeneralName>();
        names.addAll(ofType(GeneralName.dNSName));
        names.addAll(ofType(GeneralName.iPAddress));
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }
}
