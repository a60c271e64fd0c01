package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.structs.Coordinate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Collects what nodes say about where they are, and has it applied now and then: the last word of each node, a limited
/// number at a time. What is beyond that is dropped; nodes repeat themselves.
///
/// Threads: any. Source: Consul `agent/consul/coordinate_endpoint.go`.
final class CoordinateUpdates implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server");
    static final Duration PERIOD = Duration.ofSeconds(5);
    static final int BATCH = 128;
    static final int BATCHES = 5;

    private final Host host;
    private final Repeating rounds;
    private final Map<Key, Coordinate> waiting = new LinkedHashMap<>(); // guarded by this

    private record Key(String node, String segment) {}

    CoordinateUpdates(Host host) {
        this.host = host;
        rounds = new Repeating(host.time(), PERIOD, this::flush);
    }

    synchronized void add(Coordinate coordinate) {
        waiting.put(new Key(coordinate.node(), coordinate.segment()), coordinate);
    }

    @Override
    public void lead() {
        rounds.start();
    }

    private void flush() throws InterruptedException {
        var due = taken();
        for (int from = 0; from < due.size(); from += BATCH) {
            try {
                host.apply(Commands.COORDINATES, due.subList(from, Math.min(from + BATCH, due.size())));
            } catch (RpcException | RuntimeException e) {
                LOG.log(WARNING, () -> "failed to store coordinates: " + e.getMessage());
            }
        }
    }

    private synchronized List<Coordinate> taken() {
        var all = new ArrayList<>(waiting.values());
        waiting.clear();
        int most = BATCH * BATCHES;
        if (all.size() > most) {
            LOG.log(WARNING, () -> "dropped the coordinates of " + (all.size() - most) + " nodes, more than " + most);
            return List.copyOf(all.subList(0, most));
        }
        return List.copyOf(all);
    }

    @Override
    public synchronized void follow() {
        rounds.stop();
        waiting.clear();
    }
}
