package dev.proconsul.rpc.api;

/// Something that changes the replicated state when it is applied.
///
/// A consensus with other servers sends and stores the [#encode]d form; one that lives in a single process hands the
/// object to its state machine as it is. A command is therefore immutable, and everything random or taken from a clock
/// is decided before it is made.
public interface Command {
    /// {@return the log form: one type byte, then the msgpack of the request}
    byte[] encode();
}
