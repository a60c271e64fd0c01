package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.RaftStats;
import dev.proconsul.rpc.structs.Status;
import java.util.List;
import java.util.Optional;

/// The service `Status`.
public final class StatusClient {
    private final RpcClient client;

    StatusClient(RpcClient client) {
        this.client = client;
    }

    /// Makes sure that the server answers.
    ///
    /// @throws CallException        when it does not
    /// @throws InterruptedException when the caller was interrupted
    public void ping() throws CallException, InterruptedException {
        client.call(Status.PING, Empty.ZERO);
    }

    /// {@return the address of the leader, `ip:port`; empty when there is none}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<String> leader() throws CallException, InterruptedException {
        return Optional.of(client.call(Status.LEADER, DCSpecificRequest.ZERO)).filter(address -> !address.isEmpty());
    }

    /// {@return the addresses of the servers that vote, `ip:port`}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> peers() throws CallException, InterruptedException {
        return client.call(Status.PEERS, DCSpecificRequest.ZERO);
    }

    /// {@return how far the server that answers has come}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public RaftStats raftStats() throws CallException, InterruptedException {
        return client.call(Status.RAFT_STATS, Empty.ZERO);
    }
}
