package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.util.List;

/// What a server with `auto_encrypt.allow_tls` trusts besides what is configured: agents that have their certificates
/// from the mesh's authority.
///
/// Threads: any.
final class MeshTrust {
    private static final System.Logger LOG = System.getLogger("agent.server.connect");

    private final Reload reload;
    private volatile PemSource roots = PemSource.none();

    /// Puts the roots in force.
    @FunctionalInterface
    interface Reload {
        /// Reads the configuration anew, see [#trustedBy].
        /// @throws TlsConfigException when it cannot be
        void run() throws TlsConfigException;
    }

    MeshTrust(Reload reload) {
        this.reload = reload;
    }

    /// {@return a configuration that trusts the authority beside its own}
    TlsConfig trustedBy(TlsConfig config) {
        return roots.isPresent() ? config.withAgentAuthorities(roots) : config;
    }

    /// Takes the roots that are there now.
    /// @param pems all of them
    void trust(List<String> pems) {
        roots = pems.isEmpty() ? PemSource.none() : PemSource.text("the roots of the mesh", String.join("\n", pems));
        try {
            reload.run();
        } catch (TlsConfigException e) {
            LOG.log(WARNING, () -> "agents with a certificate of the mesh are not trusted: " + e.getMessage());
        }
    }
}
