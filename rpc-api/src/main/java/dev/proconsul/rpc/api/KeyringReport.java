package dev.proconsul.rpc.api;

import java.util.Map;

/// What the members of a gossip pool answered when they were asked about their keys.
///
/// @param messages what a member had to say, by its name; those without a word are missing
/// @param keys     how many members have a key, by the key in base64
/// @param primary  how many members encrypt by a key, by the key in base64; empty where the pool does not tell
/// @param members  how many members the pool has
/// @param error    what went wrong as a whole; empty when all is well
public record KeyringReport(Map<String, String> messages, Map<String, Long> keys, Map<String, Long> primary,
        int members, String error) {
    /// Copies the maps.
    public KeyringReport {
        messages = Map.copyOf(messages);
        keys = Map.copyOf(keys);
        primary = Map.copyOf(primary);
    }
}
