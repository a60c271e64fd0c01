package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.Inside;
import java.time.Duration;

/// Time that stands still until a test moves it.
final class ManualClock implements Inside.Clock {
    private long now;
    private int sleepers;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void sleepUntil(long nanos) throws InterruptedException {
        sleepers++;
        notifyAll();
        try {
            while (now < nanos) {
                wait();
            }
        } finally {
            sleepers--;
        }
    }

    /// Moves on, once somebody sleeps: whoever is still busy with an earlier moment has finished with it.
    synchronized void advance(Duration by) throws InterruptedException {
        awaitSleeper();
        now += by.toNanos();
        notifyAll();
    }

    /// Moves on in steps of a second, as time keepers that look around now and then need it.
    void advanceSeconds(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            advance(Duration.ofSeconds(1));
        }
    }

    /// Waits, for a bounded time, until somebody sleeps.
    synchronized void awaitSleeper() throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (sleepers == 0) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("nobody sleeps");
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
