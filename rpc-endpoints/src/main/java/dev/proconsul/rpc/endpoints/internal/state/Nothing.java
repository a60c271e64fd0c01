package dev.proconsul.rpc.endpoints.internal.state;

/// The result of a command that succeeded and has nothing to say.
///
/// Callers of `KVS.Apply` see it as false: only a bool goes into the reply.
public enum Nothing {
    /// The one value.
    NOTHING
}
