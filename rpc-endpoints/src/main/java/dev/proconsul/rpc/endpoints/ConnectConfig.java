package dev.proconsul.rpc.endpoints;

import java.util.List;
import java.util.Optional;

/// Whether a server keeps a mesh, and who signs its certificates.
///
/// @param enabled              whether it does. Consul: `connect.enabled`
/// @param signer               makes certificates; empty when this server has nothing that could
/// @param defaultAllow         what holds between services of which no intention says anything; empty to follow the
///                             ACLs' default. Consul: `default_intention_policy`
/// @param autoEncrypt          whether agents without a certificate may have one. Consul: `auto_encrypt.allow_tls`
/// @param manualRoots          certificates of the configured authorities, PEM, for agents that ask by `AutoEncrypt`
/// @param verifyServerHostname whether such agents shall look at the names of servers
public record ConnectConfig(boolean enabled, Optional<CertificateSigner> signer, Optional<Boolean> defaultAllow,
        boolean autoEncrypt, List<String> manualRoots, boolean verifyServerHostname) {
    /// No mesh.
    public static final ConnectConfig OFF =
            new ConnectConfig(false, Optional.empty(), Optional.empty(), false, List.of(), false);

    /// A mesh of which this server keeps all but the certificates.
    public static final ConnectConfig WITHOUT_CERTIFICATES =
            new ConnectConfig(true, Optional.empty(), Optional.empty(), false, List.of(), false);

    /// Copies the list.
    public ConnectConfig {
        manualRoots = List.copyOf(manualRoots);
    }

    /// {@return a mesh}
    /// @param signer makes its certificates
    public static ConnectConfig on(CertificateSigner signer) {
        return new ConnectConfig(true, Optional.of(signer), Optional.empty(), false, List.of(), false);
    }
}
