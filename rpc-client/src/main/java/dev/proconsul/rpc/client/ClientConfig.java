package dev.proconsul.rpc.client;

import java.net.InetSocketAddress;
import java.time.Duration;

/// How to reach a server. Immutable; every component is checked.
///
/// @param server      where it listens
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
    public ClientConfig {
        positive("dialTimeout", dialTimeout);
        positive("callTimeout", callTimeout);
        positive("holdTimeout", holdTimeout);
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
        return of(parse(server));
    }

    /// A configuration with default values.
    ///
    /// @param server where the server listens
    /// @return the configuration
    public static ClientConfig of(InetSocketAddress server) {
        return new ClientConfig(server, Mode.MUX, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(7), 64);
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

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be more than zero");
        }
    }

    private static InetSocketAddress parse(String server) {
        int colon = server.lastIndexOf(':');
        boolean bracketed = server.startsWith("[");
        boolean hasPort = colon > 0 && (bracketed ? server.charAt(colon - 1) == ']' : server.indexOf(':') == colon);
        var host = hasPort ? server.substring(0, colon) : server;
        if (bracketed) {
            host = host.replaceAll("^\\[|]$", "");
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("'" + server + "' names no host; expected HOST:PORT");
        }
        return new InetSocketAddress(host, hasPort ? port(server, server.substring(colon + 1)) : DEFAULT_PORT);
    }

    private static int port(String server, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'" + server + "' has no port from 1 to 65535 after the colon; expected HOST:PORT");
    }
}
