package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.GossipPools;

/// All that endpoints may ask of the server they run in.
///
/// @param datacenter the server's own
/// @param consensus  where writes go, and who leads
/// @param state      what reads read; the consensus applies to it
/// @param queryTimes how long blocking queries wait
/// @param acl        whether callers are asked who they are
/// @param connect    whether there is a mesh, and who signs its certificates
/// @param gossip     who else is there: the leader keeps the catalog in step with it
/// @param peers      the other servers
public record ServerView(String datacenter, Consensus consensus, ServerState state, QueryTimes queryTimes,
        AclConfig acl, ConnectConfig connect, GossipPools gossip, Peers peers) {
    /// A server without gossip and without others.
    /// @param datacenter the server's own
    /// @param consensus  where writes go, and who leads
    /// @param state      what reads read; the consensus applies to it
    /// @param queryTimes how long blocking queries wait
    /// @param acl        whether callers are asked who they are
    /// @param connect    whether there is a mesh, and who signs its certificates
    public ServerView(String datacenter, Consensus consensus, ServerState state, QueryTimes queryTimes,
            AclConfig acl, ConnectConfig connect) {
        this(datacenter, consensus, state, queryTimes, acl, connect, GossipPools.NONE, Peers.NONE);
    }

    /// A server without ACLs, without a mesh and without others.
    /// @param datacenter the server's own
    /// @param consensus  where writes go, and who leads
    /// @param state      what reads read; the consensus applies to it
    /// @param queryTimes how long blocking queries wait
    public ServerView(String datacenter, Consensus consensus, ServerState state, QueryTimes queryTimes) {
        this(datacenter, consensus, state, queryTimes, AclConfig.DISABLED, ConnectConfig.OFF, GossipPools.NONE,
                Peers.NONE);
    }
}
