package dev.proconsul.rpc.endpoints.internal.state;

/// Told of every version of the state, one after another and none left out.
///
/// Threads: called by the writer, inside its lock. So methods take note and return; they must not wait.
public interface CommitListener {
    /// The listening begins.
    /// @param current the version that everything to come continues
    void began(Version current);

    /// A command has made a new version.
    /// @param commit what it changed
    void committed(Commit commit);

    /// A snapshot was restored, and nothing that was known before means anything now.
    /// @param restored the version that everything to come continues
    void restored(Version restored);
}
