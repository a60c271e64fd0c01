package dev.proconsul.rpc.client.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Time that goes on only when somebody waits, or the test says so. Pauses take no real time.
public final class StillTime implements WatchTime {
    public final List<Duration> pauses = new CopyOnWriteArrayList<>();
    public volatile long now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration time) {
        pauses.add(time);
        now += time.toNanos();
    }

    @Override
    public double chance() {
        return 0;
    }
}
