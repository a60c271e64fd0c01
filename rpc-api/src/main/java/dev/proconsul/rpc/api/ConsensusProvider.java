package dev.proconsul.rpc.api;

/// Starts a [Consensus]; found as a service, so that an image can leave an implementation out.
public interface ConsensusProvider {
    /// {@return what selects this provider in the configuration, for example `raft`}
    String name();

    /// Starts.
    ///
    /// @param self  this server
    /// @param state what to replicate
    /// @return the running consensus, to be closed by the caller
    /// @throws RpcException when it cannot start; the message says what to change
    Consensus start(ServerInfo self, StateMachine state) throws RpcException;
}
