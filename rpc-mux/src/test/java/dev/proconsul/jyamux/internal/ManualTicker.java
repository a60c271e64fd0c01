package dev.proconsul.jyamux.internal;

import java.time.Duration;

/// Time that stands still until a test moves it.
final class ManualTicker implements Ticker {
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

    /// Moves on and waits until whoever was woken has gone to sleep again, or has ended.
    synchronized void advance(Duration by) throws InterruptedException {
        awaitSleeper();
        now += by.toNanos();
        notifyAll();
    }

    /// Waits, for a bounded time, until the time keeper sleeps.
    synchronized void awaitSleeper() throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (sleepers == 0) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("nobody sleeps");
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
