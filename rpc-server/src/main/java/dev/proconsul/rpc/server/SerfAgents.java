package dev.proconsul.rpc.server;

import dev.proconsul.rpc.client.SerfConfig;
import java.util.Optional;

/// The Serf agents beside a server: through them it is announced, and learns who else is there. Immutable; checked.
///
/// @param lan of the pool of servers and client agents of its datacenter. Not in Consul: `serf.agent`, `serf.auth_key`
/// @param wan of the pool of servers of all datacenters. Not in Consul: `serf.wan_agent`, `serf.wan_auth_key`
public record SerfAgents(Agent lan, Agent wan) {
    /// No Serf agents.
    public static final SerfAgents NONE = new SerfAgents(Agent.NONE, Agent.NONE);

    /// A Serf agent. Its key is in no text.
    ///
    /// @param address `host:port` of its RPC port; empty for no agent
    /// @param authKey what it asks for; empty when it asks for nothing
    public record Agent(Optional<String> address, Optional<String> authKey) {
        /// No agent.
        public static final Agent NONE = new Agent(Optional.empty(), Optional.empty());

        /// Checks the address.
        public Agent {
            address.ifPresent(SerfConfig::wan);
        }

        /// {@return this agent at another address}
        /// @param newAddress `host:port` of its RPC port
        public Agent withAddress(String newAddress) {
            return new Agent(Optional.of(newAddress), authKey);
        }

        /// {@return this agent with another key}
        /// @param newKey what it asks for, not empty
        public Agent withAuthKey(String newKey) {
            if (newKey.isEmpty()) {
                throw new IllegalArgumentException("the key of the Serf agent is empty; leave it out");
            }
            return new Agent(address, Optional.of(newKey));
        }

        @Override
        public String toString() {
            return address.map(text -> text + (authKey.isPresent() ? ", with a key" : "")).orElse("none");
        }
    }

    /// {@return these agents with another one for the own datacenter}
    /// @param newLan its address and key
    public SerfAgents withLan(Agent newLan) {
        return new SerfAgents(newLan, wan);
    }

    /// {@return these agents with another one for all datacenters}
    /// @param newWan its address and key
    public SerfAgents withWan(Agent newWan) {
        return new SerfAgents(lan, newWan);
    }
}
