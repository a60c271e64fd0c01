package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How to reach the servers of a datacenter. Immutable; every component is checked.
///
/// @param servers     where they listen, one or more; an unresolved name is looked up at each dial
/// @param datacenter  their datacenter; empty if that does not matter, as with clear text, or with TLS that looks at no
///                    names of datacenters
/// @param mode        how calls share connections
/// @param dialTimeout for connecting, more than zero. Default 10 s. Source: Consul `DefaultDialTimeout`
/// @param callTimeout for a call that does not block, more than zero; more than 1 h counts as 1 h. Default 60 s. Source:
///                    Consul `limits.rpc_client_timeout`. A blocking query gets its own waiting time and a margin instead
/// @param holdTimeout that margin, and how long a call is repeated where that is safe. Default 7 s. Source: Consul
///                    `performance.rpc_hold_timeout`
/// @param idleStreams how many idle streams (or connections) are kept for the next call, for each server, 0 or more.
///                    Default 64. Source: Consul `agent/consul/server.go`, pool of a server
/// @param rate        how many calls are made at most. Default: no limit
public record ClientConfig(
        List<InetSocketAddress> servers,
        String datacenter,
        Mode mode,
        Duration dialTimeout,
        Duration callTimeout,
        Duration holdTimeout,
        int idleStreams,
        CallRate rate) {
    /// The port of a server where none is named.
    public static final int DEFAULT_PORT = 8300;

    /// How calls share connections.
    public enum Mode {
        /// All calls over one connection, each on a stream of its own (type byte 4).
        MUX,
        /// A connection for every call in flight (type byte 0).
        SINGLE
    }

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public ClientConfig {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers is empty, but must name at least one");
        }
        PoolConfig.positive("dialTimeout", dialTimeout);
        PoolConfig.positive("callTimeout", callTimeout);
        PoolConfig.positive("holdTimeout", holdTimeout);
        if (idleStreams < 0) {
            throw new IllegalArgumentException("idleStreams is " + idleStreams + ", but must be 0 or more");
        }
    }

    /// A configuration with default values.
    ///
    /// @param servers each `host:port`, `host`, or `[ipv6]:port`; at least one
    /// @return the configuration
    /// @throws IllegalArgumentException when a text is no such thing, or there is none
    public static ClientConfig of(String... servers) {
        return of(Arrays.stream(servers).map(server -> Address.parse(server, DEFAULT_PORT)).toList());
    }

    /// A configuration with default values.
    ///
    /// @param server where the server listens
    /// @return the configuration
    public static ClientConfig of(InetSocketAddress server) {
        return of(List.of(server));
    }

    /// A configuration with default values.
    ///
    /// @param servers where the servers listen, at least one
    /// @return the configuration
    public static ClientConfig of(List<InetSocketAddress> servers) {
        return new ClientConfig(servers, "", Mode.MUX, Duration.ofSeconds(10), Duration.ofSeconds(60),
                Duration.ofSeconds(7), 64, CallRate.UNLIMITED);
    }

    /// {@return this configuration for servers of a datacenter}
    /// @param newDatacenter its name
    public ClientConfig withDatacenter(String newDatacenter) {
        return new ClientConfig(servers, newDatacenter, mode, dialTimeout, callTimeout, holdTimeout, idleStreams, rate);
    }

    /// {@return this configuration with another mode}
    /// @param newMode how calls share connections
    public ClientConfig withMode(Mode newMode) {
        return new ClientConfig(servers, datacenter, newMode, dialTimeout, callTimeout, holdTimeout, idleStreams, rate);
    }

    /// {@return this configuration with other timeouts for connecting and for calls that do not block}
    /// @param newDialTimeout more than zero
    /// @param newCallTimeout more than zero
    public ClientConfig withTimeouts(Duration newDialTimeout, Duration newCallTimeout) {
        return new ClientConfig(servers, datacenter, mode, newDialTimeout, newCallTimeout, holdTimeout, idleStreams,
                rate);
    }

    /// {@return this configuration with another time for repeating calls}
    /// @param newHoldTimeout more than zero
    public ClientConfig withHoldTimeout(Duration newHoldTimeout) {
        return new ClientConfig(servers, datacenter, mode, dialTimeout, callTimeout, newHoldTimeout, idleStreams, rate);
    }

    /// {@return this configuration with another number of idle streams}
    /// @param newIdleStreams 0 or more
    public ClientConfig withIdleStreams(int newIdleStreams) {
        return new ClientConfig(servers, datacenter, mode, dialTimeout, callTimeout, holdTimeout, newIdleStreams, rate);
    }

    /// {@return this configuration with a limit of calls}
    /// @param newRate how many
    public ClientConfig withRate(CallRate newRate) {
        return new ClientConfig(servers, datacenter, mode, dialTimeout, callTimeout, holdTimeout, idleStreams, newRate);
    }

    /// {@return the first server}
    public InetSocketAddress server() {
        return servers.getFirst();
    }

    /// {@return where the servers listen, each as `host:port` or `[ipv6]:port`, with commas between them}
    public String address() {
        return servers.stream().map(Address::text).collect(Collectors.joining(", "));
    }

    /// {@return the same for a pool}
    public PoolConfig pool() {
        return PoolConfig.OF_AGENTS.withDatacenter(datacenter).withMode(mode)
                .withTimeouts(dialTimeout, callTimeout, holdTimeout)
                .withIdle(idleStreams, PoolConfig.OF_AGENTS.idleTime());
    }

    static String text(InetSocketAddress address) {
        return Address.text(address);
    }

    static InetSocketAddress parse(String server, int defaultPort) {
        return Address.parse(server, defaultPort);
    }
}
