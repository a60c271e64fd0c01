package dev.proconsul.rpc.endpoints;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether a server keeps a mesh, and who signs its certificates.
///
/// @param enabled      whether it does. Consul: `connect.enabled`
/// @param signer       makes certificates; empty when this server has nothing that could
/// @param defaultAllow what holds between services of which no intention says anything; empty to follow the ACLs'
///                     default. Consul: `default_intention_policy`
/// @param autoEncrypt  whether agents without a certificate may have one. Consul: `auto_encrypt.allow_tls`
/// @param agentTls     what such agents are told besides; asked for each, as it may change by a reload
public record ConnectConfig(boolean enabled, Optional<CertificateSigner> signer, Optional<Boolean> defaultAllow,
        boolean autoEncrypt, Supplier<AgentTls> agentTls) {
    /// What an agent that gets a certificate must know of the server's TLS.
    ///
    /// @param manualRoots          certificates of the configured authorities, PEM
    /// @param verifyServerHostname whether agents shall look at the names of servers
    public record AgentTls(List<String> manualRoots, boolean verifyServerHostname) {
        /// Nothing is configured.
        public static final AgentTls NONE = new AgentTls(List.of(), false);

        /// Copies the list.
        public AgentTls {
            manualRoots = List.copyOf(manualRoots);
        }
    }

    /// No mesh.
    public static final ConnectConfig OFF =
            new ConnectConfig(false, Optional.empty(), Optional.empty(), false, () -> AgentTls.NONE);

    /// {@return a mesh, without certificates for agents that have none}
    /// @param signer makes its certificates
    public static ConnectConfig on(CertificateSigner signer) {
        return new ConnectConfig(true, Optional.of(signer), Optional.empty(), false, () -> AgentTls.NONE);
    }

    /// {@return this mesh, where agents without a certificate may have one, or not}
    /// @param allowed  whether they may
    /// @param agentTls what they are told besides
    public ConnectConfig withAutoEncrypt(boolean allowed, Supplier<AgentTls> agentTls) {
        return new ConnectConfig(enabled, signer, defaultAllow, allowed, agentTls);
    }
}
