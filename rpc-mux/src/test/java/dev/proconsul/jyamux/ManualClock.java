package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.Inside;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Time that stands still until a test moves it. For one session: the sleeper is its time keeper.
final class ManualClock implements Inside.Clock {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Sleep> sleeping = new ArrayList<>();
    private long now;

    private record Sleep(long until) {}

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void sleepUntil(long nanos) throws InterruptedException {
        Sleep sleep = new Sleep(nanos);
        sleeping.add(sleep);
        notifyAll();
        try {
            while (now < nanos) {
                wait();
            }
        } finally {
            sleeping.removeIf(one -> one == sleep);
        }
    }

    /// Moves on, once somebody sleeps: whoever was woken by an earlier move has done what was due.
    synchronized void advance(Duration by) throws InterruptedException {
        awaitSleeper();
        now += by.toNanos();
        sleeping.removeIf(sleep -> sleep.until <= now);
        notifyAll();
    }

    /// Moves on in steps of a second.
    void advanceSeconds(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            advance(Duration.ofSeconds(1));
        }
    }

    /// Waits, for a bounded time, until somebody sleeps.
    synchronized void awaitSleeper() throws InterruptedException {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (sleeping.isEmpty()) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("nobody sleeps");
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
