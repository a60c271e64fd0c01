package dev.proconsul.rpc.api;

import java.util.Optional;

/// The gossip pools that a server is a member of.
///
/// @param lan servers and client agents of its datacenter; empty without gossip
/// @param wan servers of all datacenters; empty without gossip among datacenters
public record GossipPools(Optional<Gossip> lan, Optional<Gossip> wan) {
    /// No gossip.
    public static final GossipPools NONE = new GossipPools(Optional.empty(), Optional.empty());
}
