package dev.proconsul.rpc.endpoints.internal.state;

/// The trace of a delete, so that the index of a list rises when something under it went away.
///
/// @param key   the deleted key, or the prefix of a deleted tree
/// @param index log index of the delete
record Tombstone(byte[] key, long index) {}
