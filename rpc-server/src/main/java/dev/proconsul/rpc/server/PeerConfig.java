package dev.proconsul.rpc.server;

import dev.proconsul.rpc.endpoints.Peers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The other servers that a server is told of when it starts, and how long it waits for others. Immutable; every
/// component is checked.
///
/// @param datacenters servers of other datacenters, by datacenter, each as `host:port` of its server port. Consul:
///                    `retry_join_wan`, which names gossip ports instead
/// @param holdTimeout how long a call is held back while there is no leader, more than zero. Consul:
///                    `performance.rpc_hold_timeout`
/// @param callTimeout for the answer of another server to a call that does not block, more than zero; more than 1 h
///                    counts as 1 h. Consul: `limits.rpc_client_timeout`
/// @param primaryDatacenter the datacenter that decides for all of them on config entries, intentions and ACLs: such
///                    requests are sent on to it; empty to let each decide for itself. Consul: `primary_datacenter`
public record PeerConfig(Map<String, List<String>> datacenters, Duration holdTimeout, Duration callTimeout,
        String primaryDatacenter) {
    private static final Duration LONGEST_CALL = Duration.ofHours(1); // first: DEFAULT needs it

    /// Nobody, and Consul's times.
    public static final PeerConfig DEFAULT =
            new PeerConfig(Map.of(), Peers.DEFAULT_HOLD_TIMEOUT, Peers.DEFAULT_CALL_TIMEOUT, "");

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public PeerConfig {
        datacenters = Map.copyOf(datacenters);
        require(holdTimeout.isPositive(), "performance.rpc_hold_timeout must be more than zero");
        require(callTimeout.isPositive(), "limits.rpc_client_timeout must be more than zero");
        require(primaryDatacenter.matches("[a-z0-9_-]*"), "primary_datacenter is '" + primaryDatacenter
                + "', but may only have lower-case letters, digits, '-' and '_'");
        if (callTimeout.compareTo(LONGEST_CALL) > 0) {
            callTimeout = LONGEST_CALL;
        }
    }

    /// {@return this configuration with one more server of another datacenter}
    /// @param server `DATACENTER=HOST:PORT`
    /// @throws IllegalArgumentException when it is no such text
    public PeerConfig withRemoteServer(String server) {
        int equals = server.indexOf('=');
        require(server.matches("[a-z0-9_-]+=(\\[[^\\s\\[\\]]+]|[^\\s:\\[\\]=]+):[0-9]{1,5}"), "'" + server
                + "' names no server of another datacenter; write DATACENTER=HOST:PORT, such as dc2=10.2.0.1:8300, with"
                + " the server's RPC port (there is no gossip from which to learn the datacenter)");
        var all = new TreeMap<>(datacenters);
        var servers = new ArrayList<>(all.getOrDefault(server.substring(0, equals), List.of()));
        servers.add(server.substring(equals + 1));
        all.put(server.substring(0, equals), List.copyOf(servers));
        return new PeerConfig(all, holdTimeout, callTimeout, primaryDatacenter);
    }

    /// {@return this configuration without servers of other datacenters}
    public PeerConfig withoutRemoteServers() {
        return new PeerConfig(Map.of(), holdTimeout, callTimeout, primaryDatacenter);
    }

    /// {@return this configuration with another time for which calls are held back}
    /// @param newHoldTimeout more than zero
    public PeerConfig withHoldTimeout(Duration newHoldTimeout) {
        return new PeerConfig(datacenters, newHoldTimeout, callTimeout, primaryDatacenter);
    }

    /// {@return this configuration with another time for the answers of other servers}
    /// @param newCallTimeout more than zero
    public PeerConfig withCallTimeout(Duration newCallTimeout) {
        return new PeerConfig(datacenters, holdTimeout, newCallTimeout, primaryDatacenter);
    }

    /// {@return this configuration with another primary datacenter}
    /// @param newPrimary its name; empty for none
    public PeerConfig withPrimaryDatacenter(String newPrimary) {
        return new PeerConfig(datacenters, holdTimeout, callTimeout, newPrimary);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
