package dev.proconsul.rpc.api;

import java.io.IOException;
import java.io.InputStream;

/// The state that a [Consensus] replicates.
public interface StateMachine {
    /// Applies a command. Called by one thread at a time, in log order, on every server with the same arguments.
    ///
    /// @param index   position in the log, greater than that of any command before
    /// @param command what to apply
    /// @return what the caller of [Consensus#apply] is to get; an [RpcException] as *value* reports a refused command
    Object apply(long index, Command command);

    /// Reads the form that [Command#encode] wrote.
    ///
    /// @param encoded the log form
    /// @return an equal command
    /// @throws RpcException when the form is not one that this state machine knows
    Command decode(byte[] encoded) throws RpcException;

    /// Takes a picture of the state, as the last command left it. Costs next to nothing; called by one thread at a
    /// time with [#apply].
    ///
    /// @return the state, which later commands do not change
    StateSnapshot snapshot();

    /// Replaces the state by one that [StateSnapshot#writeTo] wrote, here or on another server, and wakes everybody
    /// who waits for a change. Called by one thread at a time with [#apply].
    ///
    /// @param state what was written; read to its end
    /// @throws IOException when it cannot be read, or is no such state; nothing has changed then
    void restore(InputStream state) throws IOException;
}
