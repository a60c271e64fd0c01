package dev.proconsul.rpc.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// How to reach a Serf agent, and what its pool is for. Immutable; every component is checked. The key is in no text.
///
/// @param agent         where its RPC port is; an unresolved name is looked up at each dial
/// @param authKey       what it asks for (`rpc_auth` in Serf's configuration); empty when it asks for nothing
/// @param datacenter    in a pool of one datacenter its name: servers of others are not taken from it. Empty for the
///                      pool of all datacenters, where members are called `NODE.DATACENTER` and servers that have failed
///                      stay listed
/// @param callTimeout   for connecting and for each answer, more than zero. Default 10 s
/// @param listInterval  how often all members are asked for beside their events, more than zero: the agent drops events
///                      of slow readers. Default 60 s. Source: Consul `reconcile_interval`
public record SerfConfig(InetSocketAddress agent, Optional<String> authKey, Optional<String> datacenter,
        Duration callTimeout, Duration listInterval) {
    /// The RPC port of a Serf agent where none is named.
    public static final int DEFAULT_PORT = 7373;

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public SerfConfig {
        positive("callTimeout", callTimeout);
        positive("listInterval", listInterval);
        if (authKey.filter(String::isEmpty).isPresent() || datacenter.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("authKey and datacenter must not be empty texts");
        }
    }

    /// The agent of a pool of one datacenter.
    ///
    /// @param agent      `host:port`, `host`, or `[ipv6]:port` of its RPC port
    /// @param datacenter name of the datacenter
    /// @return the configuration
    /// @throws IllegalArgumentException when the text is no such thing
    public static SerfConfig lan(String agent, String datacenter) {
        return of(agent, Optional.of(datacenter));
    }

    /// The agent of the pool of all datacenters.
    ///
    /// @param agent `host:port`, `host`, or `[ipv6]:port` of its RPC port
    /// @return the configuration
    /// @throws IllegalArgumentException when the text is no such thing
    public static SerfConfig wan(String agent) {
        return of(agent, Optional.empty());
    }

    private static SerfConfig of(String agent, Optional<String> datacenter) {
        return new SerfConfig(ClientConfig.parse(agent, DEFAULT_PORT), Optional.empty(), datacenter,
                Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    /// {@return this configuration with a key}
    /// @param key what the agent asks for, not empty
    public SerfConfig withAuthKey(String key) {
        return new SerfConfig(agent, Optional.of(key), datacenter, callTimeout, listInterval);
    }

    /// {@return this configuration with other times}
    /// @param newCallTimeout  for connecting and for each answer, more than zero
    /// @param newListInterval how often all members are asked for, more than zero
    public SerfConfig withTimes(Duration newCallTimeout, Duration newListInterval) {
        return new SerfConfig(agent, authKey, datacenter, newCallTimeout, newListInterval);
    }

    /// {@return where the agent's RPC port is, as `host:port`}
    public String address() {
        return ClientConfig.text(agent);
    }

    @Override
    public String toString() {
        return "Serf agent " + address() + datacenter.map(name -> " of " + name).orElse(" of all datacenters")
                + (authKey.isPresent() ? ", with a key" : "");
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be more than zero");
        }
    }
}
