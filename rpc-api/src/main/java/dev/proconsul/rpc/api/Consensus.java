package dev.proconsul.rpc.api;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Agreement of the servers on one order of commands.
///
/// Threads: every method may be called from any thread. The implementation calls its [StateMachine] from one thread
/// at a time. Whoever started a consensus closes it.
public interface Consensus extends AutoCloseable {
    /// Has a command agreed on, applied to the state machine, and waits for the result.
    ///
    /// @param command what to apply
    /// @return what [StateMachine#apply] returned
    /// @throws RpcException         when this server is not the leader, or has lost the leadership while waiting
    /// @throws InterruptedException when the caller was interrupted; the command may still be applied
    Object apply(Command command) throws RpcException, InterruptedException;

    /// Makes sure that this server is still the leader, by asking a quorum.
    ///
    /// @throws RpcException         when it is not
    /// @throws InterruptedException when the caller was interrupted
    void verifyLeader() throws RpcException, InterruptedException;

    /// {@return true while this server believes to be the leader}
    boolean isLeader();

    /// Tells of the leadership of this server, from now until the consensus is closed; [Leadership#gained] comes at once,
    /// in this thread or another, when it leads already.
    ///
    /// @param observer what to tell
    void observe(Leadership observer);

    /// Hands the leadership to another server, if this one has it and another can take it, and waits until that is done;
    /// for a server that leaves. A server that is alone keeps it.
    ///
    /// @throws InterruptedException when the caller was interrupted; the leadership may still go over
    void resign() throws InterruptedException;

    /// {@return the leader that this server knows of; empty during an election}
    Optional<ServerInfo> leader();

    /// {@return the voting servers, in configuration order}
    List<ServerInfo> peers();

    /// {@return how far this server has come}
    ConsensusStatistics statistics();

    /// Takes a picture of the state and its place in the log.
    ///
    /// @return what this server has applied so far
    /// @throws RpcException         when there is none to be had
    /// @throws InterruptedException when the caller was interrupted
    LogSnapshot snapshot() throws RpcException, InterruptedException;

    /// Replaces the state of all servers. Commands that are applied afterwards get indexes above that of the snapshot.
    ///
    /// @param index of the last entry whose effect is in the state
    /// @param state what a [StateSnapshot] wrote; not closed
    /// @throws RpcException         when this server is not the leader, or the state cannot be read: then nothing has
    ///                              changed
    /// @throws InterruptedException when the caller was interrupted; the state may still be replaced
    void restore(long index, InputStream state) throws RpcException, InterruptedException;

    /// Stops taking commands. Commands that wait for their result fail. Closing twice is harmless.
    @Override
    void close();
}
