package dev.proconsul.rpc.server;

import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import java.time.Duration;

/// What a server must know before it starts. Immutable; every component is checked.
///
/// @param node                    name of this server in its datacenter, not empty. Consul: `node_name`
/// @param datacenter              name of the datacenter, lower-case letters, digits, `-` and `_`. Consul: `datacenter`
/// @param bindAddress             address to listen on, as text. Consul: `bind_addr`
/// @param serverPort              TCP port, 0 to 65535; 0 takes any free one. Consul: `ports.server`
/// @param maxConnectionsPerClient open connections of one client address; 0 for no limit. Consul:
///                                `limits.rpc_max_conns_per_client`
/// @param handshakeTimeout        how long the first byte of a connection may take; zero for no limit. Consul:
///                                `limits.rpc_handshake_timeout`
/// @param defaultQueryTime        how long a blocking query waits that does not say how long. Consul:
///                                `default_query_time`
/// @param maxQueryTime            how long a blocking query waits at most. Consul: `max_query_time`
/// @param drainTime               how long [RpcServer#close] waits for calls in flight. Consul:
///                                `performance.leave_drain_time`
/// @param tls                     TLS on the port, in both directions. Consul: `tls.internal_rpc` and what it inherits
/// @param maxHalfOpenHandshakes   TLS handshakes under way, 1 or more; beyond that the oldest is aborted. Not in Consul:
///                                `limits.tls_max_half_open_handshakes`
/// @param autoEncrypt             sign the certificates of client agents that ask for one on type byte 7, by an authority
///                                that the server makes when it starts, and trust them. Consul: `auto_encrypt.allow_tls`
/// @param acl                     whether callers need tokens, and what those may do whom no rule is about; its node is
///                                this server's whatever it says. Consul: `acl.*`
/// @param serf                    the Serf agents that announce it, and tell it who else is there
/// @param peers                   the other servers that it is told of, and how long it waits for others
/// @param streaming               offer streams of events over gRPC; without, clients ask blocking queries. Consul:
///                                `rpc.enable_streaming`
public record ServerConfig(
        String node,
        String datacenter,
        String bindAddress,
        int serverPort,
        int maxConnectionsPerClient,
        Duration handshakeTimeout,
        Duration defaultQueryTime,
        Duration maxQueryTime,
        Duration drainTime,
        TlsConfig tls,
        int maxHalfOpenHandshakes,
        boolean autoEncrypt,
        AclConfig acl,
        SerfAgents serf,
        PeerConfig peers,
        boolean streaming) {
    /// Checks every component.
    public ServerConfig {
        require(!node.isBlank(), "node_name is empty; give the server a name");
        require(datacenter.matches("[a-z0-9_-]+"),
                "datacenter is '" + datacenter + "', but may only have lower-case letters, digits, '-' and '_'");
        require(!bindAddress.isBlank(), "bind_addr is empty; use 127.0.0.1 for this machine only");
        require(serverPort >= 0 && serverPort <= 65_535, "ports.server is " + serverPort + ", but must be 0 to 65535");
        require(maxConnectionsPerClient >= 0,
                "limits.rpc_max_conns_per_client is " + maxConnectionsPerClient + ", but must be 0 (no limit) or more");
        require(!handshakeTimeout.isNegative(), "limits.rpc_handshake_timeout must not be negative");
        require(defaultQueryTime.isPositive(), "default_query_time must be more than zero");
        require(maxQueryTime.compareTo(defaultQueryTime) >= 0,
                "max_query_time (" + maxQueryTime + ") is less than default_query_time ("
                        + defaultQueryTime + ")");
        require(!drainTime.isNegative(), "performance.leave_drain_time must not be negative");
        require(maxHalfOpenHandshakes >= 1,
                "limits.tls_max_half_open_handshakes is " + maxHalfOpenHandshakes + ", but must be 1 or more");
    }

    /// A single server for development: Consul's defaults, on 127.0.0.1:8300, in datacenter `dc1`.
    ///
    /// @return the configuration
    public static ServerConfig dev() {
        return new ServerConfig("proconsul", "dc1", "127.0.0.1", 8300, 100, Duration.ofSeconds(5),
                Duration.ofSeconds(300),
                Duration.ofSeconds(600), Duration.ofSeconds(5), TlsConfig.NONE,
                TlsUpgrade.DEFAULT_MAX_HALF_OPEN, false, AclConfig.DISABLED, SerfAgents.NONE, PeerConfig.DEFAULT, true);
    }

    /// {@return this configuration with another node name}
    /// @param newNode not empty
    public ServerConfig withNode(String newNode) {
        return new ServerConfig(newNode, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another datacenter}
    /// @param newDatacenter lower-case letters, digits, `-` and `_`
    public ServerConfig withDatacenter(String newDatacenter) {
        return new ServerConfig(node, newDatacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another address to listen on}
    /// @param newBindAddress a host name or address
    public ServerConfig withBindAddress(String newBindAddress) {
        return new ServerConfig(node, datacenter, newBindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another port}
    /// @param newServerPort 0 to 65535; 0 takes any free one
    public ServerConfig withServerPort(int newServerPort) {
        return new ServerConfig(node, datacenter, bindAddress, newServerPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another limit of connections per client address}
    /// @param newMaximum 0 for no limit
    public ServerConfig withMaxConnectionsPerClient(int newMaximum) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, newMaximum, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another deadline for the first byte}
    /// @param newHandshakeTimeout zero for no limit
    public ServerConfig withHandshakeTimeout(Duration newHandshakeTimeout) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, newHandshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with other waiting times of blocking queries}
    /// @param newDefault when the query does not say
    /// @param newMaximum at most
    public ServerConfig withQueryTimes(Duration newDefault, Duration newMaximum) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                newDefault, newMaximum, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another time for calls in flight to finish}
    /// @param newDrainTime zero to end them at once
    public ServerConfig withDrainTime(Duration newDrainTime) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, newDrainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another TLS}
    /// @param newTls what to show, whom to trust, what to verify
    public ServerConfig withTls(TlsConfig newTls) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, newTls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with another limit of TLS handshakes under way}
    /// @param newMaximum 1 or more
    public ServerConfig withMaxHalfOpenHandshakes(int newMaximum) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, newMaximum, autoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with or without certificates for client agents}
    /// @param newAutoEncrypt whether to sign them
    public ServerConfig withAutoEncrypt(boolean newAutoEncrypt) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, newAutoEncrypt, acl, serf, peers,
                streaming);
    }

    /// {@return this configuration with other ACLs}
    /// @param newAcl whether callers need tokens
    public ServerConfig withAcl(AclConfig newAcl) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, newAcl, serf, peers,
                streaming);
    }

    /// {@return this configuration with other Serf agents}
    /// @param newSerf which
    public ServerConfig withSerf(SerfAgents newSerf) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, newSerf, peers,
                streaming);
    }

    /// {@return this configuration with other servers, or other times for them}
    /// @param newPeers which
    public ServerConfig withPeers(PeerConfig newPeers) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, newPeers,
                streaming);
    }

    /// {@return this configuration with or without streams of events}
    /// @param newStreaming whether to offer them
    public ServerConfig withStreaming(boolean newStreaming) {
        return new ServerConfig(node, datacenter, bindAddress, serverPort, maxConnectionsPerClient, handshakeTimeout,
                defaultQueryTime, maxQueryTime, drainTime, tls, maxHalfOpenHandshakes, autoEncrypt, acl, serf, peers,
                newStreaming);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
