package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.Address;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How to reach a server. Immutable; every component is checked.
///
/// @param server      where it listens; an unresolved name is looked up at each dial
/// @param mode        how calls share connections
/// @param dialTimeout for connecting, more than zero. Default 10 s. Source: Consul `DefaultDialTimeout`
/// @param callTimeout for the answer to a call that does not block, more than zero. Default 60 s. Source: Consul
///                    `limits.rpc_client_timeout`. A blocking query gets its own waiting time and a margin instead
/// @param holdTimeout added to the waiting time of a blocking query. Default 7 s. Source: Consul
///                    `performance.rpc_hold_timeout`
/// @param idleStreams how many idle streams (or connections) are kept for the next call, 0 or more. Default 64.
///                    Source: Consul `agent/consul/server.go`, pool of a server
public record ClientConfig(
        InetSocketAddress server,
        Mode mode,
        Duration dialTimeout,
        Duration callTimeout,
        Duration holdTimeout,
        int idleStreams) {
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
        PoolConfig.positive("dialTimeout", dialTimeout);
        PoolConfig.positive("callTimeout", callTimeout);
        PoolConfig.positive("holdTimeout", holdTimeout);
        if (idleStreams < 0) {
            throw new IllegalArgumentException("idleStreams is " + idleStreams + ", but must be 0 or more");
        }
    }

    /// A configuration with default values.
    ///
    /// @param server `host:port`, `host`, or `[ipv6]:port`
    /// @return the configuration
    /// @throws IllegalArgumentException when the text is no such thing
    public static ClientConfig of(String server) {
        return of(Address.parse(server, DEFAULT_PORT));
    }

    /// A configuration with default values.
    ///
    /// @param server where the server listens
    /// @return the configuration
    public static ClientConfig of(InetSocketAddress server) {
        return new ClientConfig(server, Mode.MUX, Duration.ofSeconds(10), Duration.ofSeconds(60),
                Duration.ofSeconds(7), 64);
    }

    /// {@return this configuration with another mode}
    /// @param newMode how calls share connections
    public ClientConfig withMode(Mode newMode) {
        return new ClientConfig(server, newMode, dialTimeout, callTimeout, holdTimeout, idleStreams);
    }

    /// {@return this configuration with other timeouts for connecting and for calls that do not block}
    /// @param newDialTimeout more than zero
    /// @param newCallTimeout more than zero
    public ClientConfig withTimeouts(Duration newDialTimeout, Duration newCallTimeout) {
        return new ClientConfig(server, mode, newDialTimeout, newCallTimeout, holdTimeout, idleStreams);
    }

    /// {@return this configuration with another number of idle streams}
    /// @param newIdleStreams 0 or more
    public ClientConfig withIdleStreams(int newIdleStreams) {
        return new ClientConfig(server, mode, dialTimeout, callTimeout, holdTimeout, newIdleStreams);
    }

    /// {@return the same for a pool of several servers}
    public PoolConfig pool() {
        return PoolConfig.OF_AGENTS.withMode(mode).withTimeouts(dialTimeout, callTimeout, holdTimeout)
                .withIdle(idleStreams, PoolConfig.OF_AGENTS.idleTime());
    }

    /// {@return where the server listens, as `host:port` or `[ipv6]:port`}
    public String address() {
        return Address.text(server);
    }

    static String text(InetSocketAddress address) {
        return Address.text(address);
    }

    static InetSocketAddress parse(String server, int defaultPort) {
        return Address.parse(server, defaultPort);
    }
}
