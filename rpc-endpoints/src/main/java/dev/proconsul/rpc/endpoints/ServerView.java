package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Consensus;

/// All that endpoints may ask of the server they run in.
///
/// @param datacenter the server's own
/// @param consensus  where writes go, and who leads
/// @param state      what reads read; the consensus applies to it
/// @param queryTimes how long blocking queries wait
public record ServerView(String datacenter, Consensus consensus, ServerState state, QueryTimes queryTimes) {}
