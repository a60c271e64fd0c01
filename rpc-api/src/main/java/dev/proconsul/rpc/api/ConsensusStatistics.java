package dev.proconsul.rpc.api;

import java.time.Duration;
import java.util.Optional;

/// How far a server of a consensus has come.
///
/// @param lastContact time since the leader was last heard of; zero on the leader, empty when it never was
/// @param lastTerm    term of the last entry in the log, 0 for an empty log
/// @param lastIndex   index of the last entry in the log, 0 for an empty log
public record ConsensusStatistics(Optional<Duration> lastContact, long lastTerm, long lastIndex) {}
