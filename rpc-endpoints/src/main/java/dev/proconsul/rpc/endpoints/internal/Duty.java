package dev.proconsul.rpc.endpoints.internal;

/// Something that a server does by itself while it leads.
///
/// Threads: [#lead] and [#follow] are called one after another, the rest is each duty's own business.
public interface Duty {
    /// Begins, with the state as it is.
    void lead();

    /// Ends. Harmless when it had not begun.
    void follow();
}
