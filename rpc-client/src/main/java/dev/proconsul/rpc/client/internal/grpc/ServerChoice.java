package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.ServerInfo;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which of some servers all calls go to: the one that has not failed, or whose failure is the oldest; among equals the
/// first in order. For one thread at a time.
///
/// Source: Consul `agent/grpc-internal/balancer/balancer.go`.
final class ServerChoice {
    private final Map<ServerInfo, Standing> servers = new LinkedHashMap<>();

    /// @param order      place among the others
    /// @param lastFailed number of the failure; 0 for none
    private record Standing(int order, long lastFailed) {}

    private long failures;

    /// These are the servers now: new ones come last, the others stay as they are.
    void update(List<ServerInfo> present) {
        servers.keySet().retainAll(present);
        for (var server : present) {
            servers.computeIfAbsent(server, _ -> new Standing(nextOrder(), 0));
        }
    }

    private int nextOrder() {
        return servers.values().stream().mapToInt(Standing::order).max().orElse(-1) + 1;
    }

    /// These are the servers now, in a new order; what was is forgotten.
    void rebalance(List<ServerInfo> shuffled) {
        servers.clear();
        update(shuffled);
    }

    /// A call to a server has failed in a way that another server may do better.
    void failed(ServerInfo server) {
        failures++;
        servers.computeIfPresent(server, (_, old) -> new Standing(old.order, failures));
    }

    /// The server that calls go to.
    Optional<ServerInfo> ideal() {
        return servers.entrySet().stream()
                .min(Comparator.comparingLong((Map.Entry<ServerInfo, Standing> entry) -> entry.getValue().lastFailed)
                        .thenComparingInt(entry -> entry.getValue().order))
                .map(Map.Entry::getKey);
    }
}
