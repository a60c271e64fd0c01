package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.transport.tls.internal.CertificateMaker;
import dev.proconsul.rpc.transport.tls.internal.PemReader;
import dev.proconsul.rpc.transport.tls.internal.PemWriter;
import dev.proconsul.rpc.transport.tls.internal.SigningRequest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// An authority with its private key: makes the certificates of a datacenter's servers and clients, and signs requests
/// of agents that make their keys themselves. What it makes, Consul accepts, and the other way round.
///
/// Threads: any. An authority holds its key in memory; nothing is written anywhere.
///
/// Source: Consul `tlsutil/generate.go`, `agent/connect/ca`, `agent/consul/server_connect.go`.
public final class CertificateAuthority {
    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /// What a new authority shall be.
    ///
    /// @param commonName   its name; empty for `Consul Agent CA` and its serial number
    /// @param validity     how long it is valid, at least one second
    /// @param permitted    DNS domains to which it is limited (name constraints); empty for no limit
    /// @param clusterId    identifier of the cluster, put into a URI as `spiffe://<id>.consul`; empty for none
    public record Plan(String commonName, Duration validity, List<String> permitted, String clusterId) {
        /// Copies the list.
        public Plan {
            permitted = List.copyOf(permitted);
        }
    }

    /// What a certificate is for.
    public enum Usage {
        /// A server, which is also a client of other servers.
        SERVER,
        /// A client agent, which is also a server to those who use it.
        CLIENT,
        /// A command line tool.
        CLI
    }

    /// What a certificate shall say.
    ///
    /// @param usage      what it is for
    /// @param commonName whose it is
    /// @param dnsNames   DNS names for which it is valid
    /// @param addresses  IP addresses for which it is valid, as text
    /// @param validity   how long it is valid, at least one second
    public record Subject(Usage usage, String commonName, List<String> dnsNames, List<String> addresses,
            Duration validity) {
        /// Copies the lists.
        public Subject {
            dnsNames = List.copyOf(dnsNames);
            addresses = List.copyOf(addresses);
        }
    }

    /// A certificate and its key, both as PEM text.
    ///
    /// @param certificate the certificate
    /// @param key         the private key, which is secret
    public record Pair(String certificate, String key) {
        @Override
        public String toString() {
            return "Pair[certificate=" + certificate + "]";
        }
    }

    /// Makes a new authority with a new key (ECDSA on P-256).
    ///
    /// @param plan what it shall be
    /// @param now  the first moment at which it is valid
    /// @return the authority
    public static CertificateAuthority create(Plan plan, Instant now) {
        var made = CertificateMaker.authority(plan, now);
        return new CertificateAuthority(made.certificate(), made.key());
    }

    /// Reads an authority.
    ///
    /// @param certificate its certificate
    /// @param key         its private key
    /// @return the authority
    /// @throws TlsConfigException when one cannot be read, or they do not belong together, or it is no authority
    public static CertificateAuthority load(PemSource.Text certificate, PemSource.Text key) throws TlsConfigException {
        var ca = PemReader.certificates(certificate.name(), certificate.pem()).getFirst();
        var privateKey = PemReader.key(key.name(), key.pem());
        if (ca.getBasicConstraints() < 0) {
            throw new TlsConfigException(certificate.name() + " is no certificate of an authority, but that of "
                    + ca.getSubjectX500Principal().getName());
        }
        CertificateMaker.requirePair(ca, certificate.name(), privateKey, key.name());
        return new CertificateAuthority(ca, privateKey);
    }

    /// {@return this authority's certificate and key}
    public Pair pem() {
        return new Pair(PemWriter.certificate(certificate), PemWriter.key(key));
    }

    /// {@return the last moment at which this authority is valid}
    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /// Makes a certificate with a new key (ECDSA on P-256).
    ///
    /// @param subject what it shall say
    /// @param now     the first moment at which it is valid
    /// @return the certificate and its key
    /// @throws IllegalArgumentException when an address is none, or a name cannot stand in a certificate
    public Pair issue(Subject subject, Instant now) {
        var made = CertificateMaker.leaf(subject, now, certificate, key);
        return new Pair(PemWriter.certificate(made.certificate()), PemWriter.key(made.key()));
    }

    /// By which rules requests are signed.
    ///
    /// @param trustDomain identifier of the cluster and `.consul`; the host of every signed URI
    /// @param datacenter  our own
    /// @param domain      the DNS domain; nobody gets the name of a server in it, which would be a way to become one
    /// @param requesters  who gets a signature
    /// @param validity    how long what is signed is valid. Consul: 72 hours
    public record SigningRules(String trustDomain, String datacenter, String domain, Set<Requester> requesters,
            Duration validity) {
        /// Copies the set.
        public SigningRules {
            requesters = Set.copyOf(requesters);
        }
    }

    /// Who asks for a signature.
    public enum Requester {
        /// A client agent.
        AGENT,
        /// A service of the mesh.
        SERVICE,
        /// A gateway between meshes.
        MESH_GATEWAY,
        /// A server.
        SERVER
    }

    /// A certificate that was made for a request.
    ///
    /// @param pem       the certificate
    /// @param serial    its serial number, as Consul writes it: lower-case hexadecimal bytes with colons between
    /// @param requester what the URI names
    /// @param name      name of the agent or service; empty for the others
    /// @param uri       the URI in the certificate
    /// @param notBefore first moment at which it is valid
    /// @param notAfter  last moment at which it is valid
    public record Signed(String pem, String serial, Requester requester, String name, String uri, Instant notBefore,
            Instant notAfter) {}

    /// The names that a request asks for, each as it stands there.
    ///
    /// @param uris     URIs
    /// @param emails   e-mail addresses
    /// @param dnsNames DNS names
    public record RequestedNames(List<String> uris, List<String> emails, List<String> dnsNames) {
        /// Copies the lists.
        public RequestedNames {
            uris = List.copyOf(uris);
            emails = List.copyOf(emails);
            dnsNames = List.copyOf(dnsNames);
        }
    }

    /// Reads a request, and verifies that its sender has the key.
    ///
    /// @param csr the request, PEM
    /// @return the names that it asks for
    /// @throws SigningRefusedException when it is damaged, or not signed by its own key
    public static RequestedNames namesOf(String csr) throws SigningRefusedException {
        var request = SigningRequest.parse(csr);
        return new RequestedNames(request.uris(), request.emails(), request.dnsNames());
    }

    /// Signs a request, as `ConnectCA.Sign` and `AutoEncrypt.Sign` do. Names and addresses are taken over from the
    /// request, the subject is not; the key usages are those of Consul.
    ///
    /// @param csr   the request, PEM
    /// @param rules by which to sign
    /// @param now   when
    /// @return what was made
    /// @throws SigningRefusedException when the request is damaged, not signed by its own key, or asks for what it may
    ///                                 not have
    public Signed sign(String csr, SigningRules rules, Instant now) throws SigningRefusedException {
        var request = SigningRequest.parse(csr);
        var identity = request.identity(rules);
        var made = CertificateMaker.signed(request, identity.uri(), rules.validity(), now, certificate, key);
        return new Signed(PemWriter.certificate(made), CertificateMaker.serial(made), identity.requester(),
                identity.name(), identity.uri(), made.getNotBefore().toInstant(), made.getNotAfter().toInstant());
    }
}
