package dev.proconsul.rpc.api;

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
}
