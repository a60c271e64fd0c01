package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.RaftIndex;

/// A configuration entry, with the indexes that its own fields may not have.
///
/// @param entry     the entry; its fields for indexes, if it has some, are the same
/// @param raftIndex when it was made and changed
public record ConfigEntryRow(ConfigEntry entry, RaftIndex raftIndex) {}
