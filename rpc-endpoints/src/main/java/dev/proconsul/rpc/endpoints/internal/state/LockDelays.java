package dev.proconsul.rpc.endpoints.internal.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/// How long each key may not be locked after its last holder was ended by force, so that the holder has time to notice.
///
/// Each server keeps its own and asks them only while it leads; they are not replicated, and a new leader knows what
/// it applied itself. Delays that are over are dropped with the next call, so the table is no larger than what the
/// sessions that ended within a minute held.
///
/// Threads: any. Source: Consul `agent/consul/state/delay.go`.
final class LockDelays {
    private final InstantSource clock;
    private final Map<String, Delay> delays = new HashMap<>();
    private final PriorityQueue<Delay> byEnd = new PriorityQueue<>(Comparator.comparing(Delay::end));

    LockDelays(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void start(Map<String, Duration> started) {
        var now = clock.instant();
        dropEnded(now);
        started.forEach((key, length) -> {
            var delay = new Delay(key, now.plus(length));
            delays.put(key, delay);
            byEnd.add(delay);
        });
    }

    /// What is left of the delay of a key; zero when there is none.
    synchronized Duration left(String key) {
        var now = clock.instant();
        dropEnded(now);
        var delay = delays.get(key);
        return delay == null ? Duration.ZERO : Duration.between(now, delay.end);
    }

    synchronized void clear() {
        delays.clear();
        byEnd.clear();
    }

    synchronized int size() {
        return byEnd.size();
    }

    private void dropEnded(Instant now) {
        for (var first = byEnd.peek(); first != null && !first.end.isAfter(now); first = byEnd.peek()) {
            byEnd.remove();
            delays.remove(first.key, first); // not a later delay of the same key
        }
    }

    private record Delay(String key, Instant end) {}
}
