package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/// What a [TlsConfig] came to when its files were read. Immutable; every handshake begins from the latest one.
///
/// @param config      what was configured
/// @param authorities who may sign the certificates of peers
/// @param own         our certificate and key
/// @param trust       verifies what the authorities signed
/// @param agents      verifies what they, or the authorities of agents, signed
public record Material(TlsConfig config, List<X509Certificate> authorities, Optional<OwnKey> own, ChainTrust trust,
        ChainTrust agents) {
    private static final List<String> TLS_1_3_SUITES =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");

    /// Reads everything that a configuration names.
    ///
    /// @param config the configuration
    /// @param clock  tells expiry
    /// @return what was read
    /// @throws TlsConfigException when something is missing, damaged or does not fit
    public static Material load(TlsConfig config, InstantSource clock) throws TlsConfigException {
        var authorities = certificates(config.authorities());
        var own = own(config);
        if (config.verifyIncoming() && authorities.isEmpty() && !config.agentAuthorities().isPresent()) {
            throw new TlsConfigException("VerifyIncoming set but no CA certificates were provided; set ca_file or ca_path");
        }
        if (config.verifyIncoming() && own.isEmpty()) {
            throw new TlsConfigException("VerifyIncoming requires either a Cert and Key pair in the configuration file, "
                    + "or auto_encrypt/auto_config be enabled; set cert_file and key_file");
        }
        if (config.verifyOutgoing() && authorities.isEmpty()) {
            throw new TlsConfigException("VerifyOutgoing set but no CA certificates were provided; set ca_file or ca_path");
        }
        var trust = ChainTrust.of(authorities, clock);
        if (!config.agentAuthorities().isPresent()) {
            return new Material(config, authorities, own, trust, trust);
        }
        var all = new ArrayList<>(authorities);
        all.addAll(certificates(config.agentAuthorities()));
        return new Material(config, authorities, own, trust, ChainTrust.of(all, clock));
    }

    private static List<X509Certificate> certificates(PemSource source) throws TlsConfigException {
        var all = new ArrayList<X509Certificate>();
        for (var text : PemSources.read(source)) {
            all.addAll(PemReader.certificates(text.name(), text.pem()));
        }
        return List.copyOf(all);
    }

    private static Optional<OwnKey> own(TlsConfig config) throws TlsConfigException {
        if (!config.certificate().isPresent() && !config.key().isPresent()) {
            return Optional.empty();
        }
        if (!config.certificate().isPresent() || !config.key().isPresent()) {
            throw new TlsConfigException("Failed to load cert/key pair: "
                    + (config.key().isPresent() ? "key_file is set, but cert_file is not" : "cert_file is set, but key_file is not"));
        }
        var chain = certificates(config.certificate());
        var text = PemSources.read(config.key()).getFirst();
        var key = PemReader.key(text.name(), text.pem());
        if (!KeyPairs.match(chain.getFirst().getPublicKey(), key)) {
            throw new TlsConfigException("Failed to load cert/key pair: the private key in " + text.name()
                    + " does not belong to the certificate in " + PemSources.read(config.certificate()).getFirst().name()
                    + ", which is that of " + chain.getFirst().getSubjectX500Principal().getName());
        }
        return Optional.of(new OwnKey(chain, key));
    }

    /// {@return whether both an authority and a certificate are there}
    public boolean mutualTls() {
        return (!authorities.isEmpty() || config.agentAuthorities().isPresent()) && own.isPresent();
    }

    /// {@return an engine for a connection that came in}
    /// @param entry how it came
    SSLEngine serverEngine(Entry entry) {
        var engine = context(agents).createSSLEngine();
        engine.setUseClientMode(false);
        var parameters = parameters(engine);
        if (entry == Entry.NATIVE) {
            parameters.setApplicationProtocols(Protocol.alpnNames().toArray(String[]::new));
        }
        parameters.setNeedClientAuth(entry == Entry.NATIVE || entry == Entry.TYPE_BYTE && config.verifyIncoming());
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// {@return an engine for a connection that goes out}
    /// @param name whom to find there; empty to accept any name that the authorities vouch for
    /// @param alpn what will be spoken; empty where a type byte says it
    SSLEngine clientEngine(Optional<String> name, Optional<String> alpn) {
        var engine = context(name.map(trust::inServer).orElse(trust)).createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = parameters(engine);
        name.filter(n -> CertificateNames.literal(n) == null)
                .ifPresent(n -> parameters.setServerNames(List.of(new ServerName(n))));
        alpn.ifPresent(n -> parameters.setApplicationProtocols(new String[] {n}));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// A context of its own for every connection, so that no session is ever resumed: certificates are verified anew
    /// each time, against what holds now. Consul's servers do the same.
    private SSLContext context(ChainTrust trusted) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(own.map(key -> new KeyManager[] {key}).orElseGet(() -> new KeyManager[0]),
                    new TrustManager[] {trusted}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private SSLParameters parameters(SSLEngine engine) {
        var parameters = engine.getSSLParameters();
        parameters.setProtocols(Stream.of(TlsVersion.values())
                .filter(version -> version.compareTo(config.minVersion()) >= 0)
                .map(TlsVersion::standardName).toArray(String[]::new));
        if (!config.cipherSuites().isEmpty()) {
            parameters.setCipherSuites(
                    Stream.concat(TLS_1_3_SUITES.stream(), config.cipherSuites().stream()).toArray(String[]::new));
        }
        return parameters;
    }

    /// {@return why the holder of a certificate is not a server of this datacenter; empty when it is one, or when the
    /// configuration asks for no proof}
    /// @param identity what the handshake told
    public Optional<String> refusalOfServer(TlsIdentity identity) {
        if (!config.verifyIncoming() || !config.verifyServerHostname()) {
            return Optional.empty();
        }
        var name = config.serverName(config.datacenter());
        try {
            if (identity.certificates().isEmpty()) {
                throw new CertificateException("no verified chains");
            }
            trust.verifyClient(identity.certificates(), name);
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of("AuthorizeServerConn failed certificate validation for certificate with a SAN.DNSName of "
                    + name + ": " + e.getMessage());
        }
    }

    /// How a connection enters TLS.
    public enum Entry {
        /// After type byte 3.
        TYPE_BYTE,
        /// After type byte 7: whoever comes has no certificate yet.
        INSECURE,
        /// From the first byte on; the ALPN name says what is spoken.
        NATIVE
    }

    /// A name to ask for. Unlike [SNIHostName] it takes names of nodes, which may have underscores.
    private static final class ServerName extends SNIServerName {
        private static final int HOST_NAME = 0;

        ServerName(String name) {
            super(HOST_NAME, name.getBytes(StandardCharsets.UTF_8));
        }
    }
}
