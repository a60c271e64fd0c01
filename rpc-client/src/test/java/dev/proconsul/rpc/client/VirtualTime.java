package dev.proconsul.rpc.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until somebody moves it; whoever sleeps moves it.
final class VirtualTime implements Time {
    /// How long was slept, each time.
    final List<Duration> slept = new CopyOnWriteArrayList<>();

    private static final Set<String> KEEPERS = Set.of("pool", "router");

    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (KEEPERS.contains(Thread.currentThread().getName())) {
            new CountDownLatch(1).await(); // tests do by hand what is done once a second
        }
        slept.add(time);
        advance(time);
    }

    /// Moves the clock.
    /// @param time by how much
    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
