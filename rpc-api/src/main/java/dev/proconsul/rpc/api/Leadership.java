package dev.proconsul.rpc.api;

/// Follows the leadership of one server, see [Consensus#observe].
///
/// The two methods are called in turn and one after another, by a thread that may block and may apply commands.
public interface Leadership {
    /// This server leads, and has applied everything that was agreed on under leaders before it.
    void gained();

    /// This server leads no longer.
    void lost();
}
