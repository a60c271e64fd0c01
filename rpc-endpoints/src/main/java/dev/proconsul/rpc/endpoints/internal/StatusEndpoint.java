package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.ConsensusStatistics;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.RaftStats;
import dev.proconsul.rpc.structs.Status;
import java.time.Duration;
import java.util.List;

/// The service `Status`: is the server there, who leads, who votes. Needs no token.
///
/// Source: Consul `agent/consul/status_endpoint.go`.
public final class StatusEndpoint {
    private final Consensus consensus;
    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public StatusEndpoint(Host host) {
        this.host = host;
        this.consensus = host.consensus();
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                new Endpoint<>(Status.PING, (_, _) -> Empty.ZERO),
                host.anyServer(Status.LEADER, (_, _) -> leader()),
                host.anyServer(Status.PEERS, (_, _) -> peers()),
                new Endpoint<>(Status.RAFT_STATS, (_, _) -> raftStats()));
    }

    private String leader() {
        return consensus.leader().map(ServerInfo::address).orElse("");
    }

    private List<String> peers() {
        return consensus.peers().stream().map(ServerInfo::address).toList();
    }

    private RaftStats raftStats() {
        ConsensusStatistics statistics = consensus.statistics();
        var contact = statistics.lastContact().map(StatusEndpoint::goText).orElse("never");
        return new RaftStats(contact, statistics.lastTerm(), statistics.lastIndex());
    }

    /// The leader's own contact is the bare `0`; others are a number with Go's unit, as `12.5ms`.
    private static String goText(Duration contact) {
        if (contact.isZero()) {
            return "0";
        }
        double millis = contact.toNanos() / 1e6;
        var text = millis < 1_000 ? Double.toString(millis) : Double.toString(millis / 1_000);
        return text.replaceFirst("\\.0$", "") + (millis < 1_000 ? "ms" : "s");
    }
}
