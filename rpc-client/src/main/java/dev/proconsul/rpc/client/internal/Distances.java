package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.KnownServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Datacenters by how far away they are.
///
/// Deviation: Consul computes distances from network coordinates; here they are round-trip times of pings.
///
/// Source: Consul `agent/router/router.go` (`GetDatacentersByDistance`).
public final class Distances {
    private static final Duration UNKNOWN = Duration.ofSeconds(Long.MAX_VALUE);

    private Distances() {}

    /// {@return the names of datacenters, the nearest first; equally far ones by name}
    /// @param own     the own datacenter, which is nearest
    /// @param servers all known servers
    public static List<String> sort(String own, List<KnownServer> servers) {
        Map<String, List<Duration>> times = new TreeMap<>();
        for (var known : servers) {
            times.computeIfAbsent(known.server().datacenter(), _ -> new ArrayList<>())
                    .add(known.rtt().orElse(UNKNOWN));
        }
        Map<String, Duration> medians = new HashMap<>();
        times.forEach((name, all) -> medians.put(name, name.equals(own) ? Duration.ZERO : median(all)));
        var names = new ArrayList<>(times.keySet());
        names.sort(Comparator.comparing(medians::get)); // stable
        return List.copyOf(names);
    }

    /// The upper median, as there.
    private static Duration median(List<Duration> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
