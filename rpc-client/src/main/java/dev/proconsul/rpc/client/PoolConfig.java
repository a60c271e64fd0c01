package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.ClientConfig.Mode;
import java.time.Duration;

/// Limits and times of a [ServerPool]. Immutable; every component is checked.
///
/// @param datacenter       the own datacenter, empty if not known: one-off calls without a client certificate go to no
///                         other
/// @param mode             how calls share connections
/// @param dialTimeout      for connecting, more than zero. Default 10 s. Source: Consul `DefaultDialTimeout`
/// @param callTimeout      for a call that does not block, more than zero; more than 1 h counts as 1 h. Default 60 s.
///                         Source: Consul `limits.rpc_client_timeout`. A blocking query gets its own waiting time and a
///                         margin instead
/// @param holdTimeout      that margin, more than zero. Default 7 s. Source: Consul `performance.rpc_hold_timeout`
/// @param defaultQueryTime waiting time of a blocking query that names none, more than zero. Default 300 s
/// @param maxQueryTime     longest waiting time of a blocking query, more than zero. Default 600 s
/// @param idleStreams      how many idle streams (or connections) are kept for each server, 0 or more. Default 64 for
///                         servers and 32 for agents, as Consul's
/// @param idleTime         how long a connection is kept that no call uses, more than zero. Default 2 min for servers
///                         and 127 s for agents, as Consul's
public record PoolConfig(
        String datacenter,
        Mode mode,
        Duration dialTimeout,
        Duration callTimeout,
        Duration holdTimeout,
        Duration defaultQueryTime,
        Duration maxQueryTime,
        int idleStreams,
        Duration idleTime) {
    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /// What Consul's servers have among themselves.
    public static final PoolConfig OF_SERVERS = new PoolConfig("", Mode.MUX, Duration.ofSeconds(10),
            Duration.ofSeconds(60), Duration.ofSeconds(7), Duration.ofSeconds(300), Duration.ofSeconds(600), 64,
            Duration.ofMinutes(2));

    /// What Consul's client agents have.
    public static final PoolConfig OF_AGENTS = new PoolConfig("", Mode.MUX, Duration.ofSeconds(10),
            Duration.ofSeconds(60), Duration.ofSeconds(7), Duration.ofSeconds(300), Duration.ofSeconds(600), 32,
            Duration.ofSeconds(127));

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public PoolConfig {
        positive("dialTimeout", dialTimeout);
        positive("callTimeout", callTimeout);
        positive("holdTimeout", holdTimeout);
        positive("defaultQueryTime", defaultQueryTime);
        positive("maxQueryTime", maxQueryTime);
        positive("idleTime", idleTime);
        if (idleStreams < 0) {
            throw new IllegalArgumentException("idleStreams is " + idleStreams + ", but must be 0 or more");
        }
        if (callTimeout.compareTo(LONGEST_CALL) > 0) {
            callTimeout = LONGEST_CALL;
        }
    }

    static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be more than zero");
        }
    }

    /// {@return this configuration for a member of a datacenter}
    /// @param newDatacenter which
    public PoolConfig withDatacenter(String newDatacenter) {
        return new PoolConfig(newDatacenter, mode, dialTimeout, callTimeout, holdTimeout, defaultQueryTime,
                maxQueryTime, idleStreams, idleTime);
    }

    /// {@return this configuration with another mode}
    /// @param newMode how calls share connections
    public PoolConfig withMode(Mode newMode) {
        return new PoolConfig(datacenter, newMode, dialTimeout, callTimeout, holdTimeout, defaultQueryTime,
                maxQueryTime, idleStreams, idleTime);
    }

    /// {@return this configuration with other timeouts}
    /// @param newDialTimeout more than zero
    /// @param newCallTimeout more than zero
    /// @param newHoldTimeout more than zero
    public PoolConfig withTimeouts(Duration newDialTimeout, Duration newCallTimeout, Duration newHoldTimeout) {
        return new PoolConfig(datacenter, mode, newDialTimeout, newCallTimeout, newHoldTimeout, defaultQueryTime,
                maxQueryTime, idleStreams, idleTime);
    }

    /// {@return this configuration with other waiting times of blocking queries}
    /// @param newDefault more than zero
    /// @param newMax     more than zero
    public PoolConfig withQueryTimes(Duration newDefault, Duration newMax) {
        return new PoolConfig(datacenter, mode, dialTimeout, callTimeout, holdTimeout, newDefault, newMax,
                idleStreams, idleTime);
    }

    /// {@return this configuration with other limits of what is kept idle}
    /// @param newIdleStreams 0 or more
    /// @param newIdleTime    more than zero
    public PoolConfig withIdle(int newIdleStreams, Duration newIdleTime) {
        return new PoolConfig(datacenter, mode, dialTimeout, callTimeout, holdTimeout, defaultQueryTime, maxQueryTime,
                newIdleStreams, newIdleTime);
    }
}
