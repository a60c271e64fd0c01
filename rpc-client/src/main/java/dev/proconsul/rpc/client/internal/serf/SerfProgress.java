package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.client.SerfMembership.State;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// How far the follower of an agent has come. Threads: any.
final class SerfProgress {
    private final CountDownLatch outcome = new CountDownLatch(1);

    // Guarded by this.
    private State state = new State.Connecting(Optional.empty());
    private long connections;
    private long events;
    private long overflows;

    synchronized State state() {
        return state;
    }

    synchronized boolean isClosed() {
        return state instanceof State.Closed;
    }

    synchronized void connected(State.Connected now) {
        if (!isClosed()) {
            state = now;
        }
        connections++;
        outcome.countDown();
    }

    /// Trying on is no outcome, refusal is.
    synchronized void disconnected(State now) {
        if (!isClosed()) {
            state = now;
        }
        if (now instanceof State.Misconfigured) {
            outcome.countDown();
        }
    }

    /// {@return false when it was closed before}
    synchronized boolean close() {
        boolean first = !isClosed();
        state = new State.Closed();
        outcome.countDown();
        return first;
    }

    synchronized void countEvent() {
        events++;
    }

    synchronized void countOverflows(long more) {
        overflows += more;
    }

    synchronized Map<String, Long> counters() {
        return new TreeMap<>(Map.of("serf.connections", connections, "serf.events", events, "serf.overflows",
                overflows));
    }

    void awaitOutcome(Duration timeout) throws InterruptedException {
        outcome.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
