package dev.proconsul.rpc.endpoints.internal.tables;

/// The trace of a delete, so that the index of a list rises when something under it went away.
///
/// @param key   the deleted key, or the prefix of a deleted tree
/// @param index log index of the delete
public record Tombstone(String key, long index) {}
