package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.internal.Material;
import dev.proconsul.rpc.transport.tls.internal.PemWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Holds the TLS configuration in force, and what was read for it. A reload replaces all of it at once, or nothing:
/// handshakes that begin later see the new one, connections that stand are not touched.
///
/// Threads: any.
///
/// Source: Consul `tlsutil/config.go`.
public final class TlsConfigurator {
    private final InstantSource clock;
    private volatile Material material;

    private TlsConfigurator(Material material, InstantSource clock) {
        this.material = material;
        this.clock = clock;
    }

    /// Reads what a configuration names.
    ///
    /// @param config the configuration
    /// @return the holder of it
    /// @throws TlsConfigException when something is missing, damaged or does not fit; names it
    public static TlsConfigurator load(TlsConfig config) throws TlsConfigException {
        return load(config, InstantSource.system());
    }

    static TlsConfigurator load(TlsConfig config, InstantSource clock) throws TlsConfigException {
        return new TlsConfigurator(Material.load(config, clock), clock);
    }

    /// Reads a configuration, the files of which may have changed, and puts it in force.
    ///
    /// @param config the configuration; may be the one in force
    /// @throws TlsConfigException when it cannot be; the one in force stays
    public void reload(TlsConfig config) throws TlsConfigException {
        try {
            material = Material.load(config, clock);
        } catch (TlsConfigException e) {
            throw new TlsConfigException("Failed reloading tls configuration: " + e.getMessage(), e);
        }
    }

    /// {@return the configuration in force}
    public TlsConfig config() {
        return material.config();
    }

    /// {@return whether there is both an authority and a certificate, so that native TLS is spoken}
    public boolean mutualTls() {
        return material.mutualTls();
    }

    /// {@return whether there is a certificate to show to those who begin TLS}
    public boolean hasCertificate() {
        return material.own().isPresent();
    }

    /// {@return whether clear text is refused}
    public boolean verifyIncoming() {
        return config().verifyIncoming();
    }

    /// {@return whether to dial with TLS}
    public boolean verifyOutgoing() {
        return config().verifyOutgoing();
    }

    /// Says whether a peer may speak as a server of our datacenter (Raft and its forwarding). Proof is asked for only
    /// where both `verify_incoming` and `verify_server_hostname` are on.
    ///
    /// @param identity what the handshake has told
    /// @return why not; empty when it may
    public Optional<String> refusalOfServer(TlsIdentity identity) {
        return material.refusalOfServer(identity);
    }

    /// {@return when each certificate in force expires: our own first, then the authorities}
    public List<CertificateExpiry> expiries() {
        var now = material;
        var all = new ArrayList<CertificateExpiry>();
        now.own().ifPresent(own -> own.chain().forEach(certificate -> all.add(CertificateExpiry.ofOwn(certificate))));
        now.authorities().forEach(certificate -> all.add(CertificateExpiry.ofAuthority(certificate)));
        return List.copyOf(all);
    }

    /// {@return the certificates of the authorities in force, each as PEM text}
    public List<String> authorityPems() {
        return material.authorities().stream().map(PemWriter::certificate).toList();
    }

    /// {@return what is in force, for one handshake}
    Material material() {
        return material;
    }
}
