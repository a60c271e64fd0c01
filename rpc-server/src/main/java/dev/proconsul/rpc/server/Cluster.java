package dev.proconsul.rpc.server;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.api.StateMachine;
import java.util.List;

/// What a server takes part in: who decides with it, and whom it knows besides what its configuration says.
///
/// @param consensus starts the agreement on commands
/// @param members   servers of its own datacenter, and perhaps of others
public record Cluster(ConsensusStart consensus, Membership members) {
    /// A server that decides alone, and knows of others only by its configuration.
    public static final Cluster ALONE = new Cluster(SingleServer::new, _ -> List.of());

    /// Starts a consensus.
    @FunctionalInterface
    public interface ConsensusStart {
        /// Starts.
        ///
        /// @param self  the server, with the address where it listens
        /// @param state what to replicate
        /// @return the running consensus; the server closes it
        /// @throws RpcException when it cannot start; the message says what to change
        Consensus start(ServerInfo self, StateMachine state) throws RpcException;
    }
}
