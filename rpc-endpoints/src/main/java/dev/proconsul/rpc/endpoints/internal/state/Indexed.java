package dev.proconsul.rpc.endpoints.internal.state;

/// What a read found, and the index to answer with.
///
/// @param index the log index at which this answer last changed, as far as the index rules can tell; 0 when nothing
///              was ever written
/// @param value what was found
/// @param <T>   type of what was found
public record Indexed<T>(long index, T value) {}
