package dev.proconsul.rpc.endpoints.internal.events;

/// Which events of a topic.
public sealed interface Subject {
    /// Those about one name.
    /// @param key the name as the topic compares it
    record Named(String key) implements Subject {}

    /// All of them.
    record Everything() implements Subject {}
}
