package dev.proconsul.rpc.api;

import java.util.List;

/// The state that a [Consensus] replicates, at one place of its log.
///
/// @param index              of the last entry whose effect is in it
/// @param term               of that entry
/// @param configurationIndex of the entry that made the servers what they were then
/// @param servers            the voting servers at that time, in configuration order
/// @param state              the state
public record LogSnapshot(
        long index, long term, long configurationIndex, List<ServerInfo> servers, StateSnapshot state) {
    /// Copies the list.
    public LogSnapshot {
        servers = List.copyOf(servers);
    }
}
