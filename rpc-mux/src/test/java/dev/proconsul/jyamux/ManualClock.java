package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.Inside;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Time that stands still until a test moves it. For one session: the sleeper is its time keeper.
final class ManualClock implements Inside.Clock {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Sleep> sleeping = new ArrayList<>();
    private Rest rest = () -> { };
    private long now;

    private record Sleep(long until) {}

    /// Waits until all has come to rest that would see time jump.
    @FunctionalInterface
    interface Rest {
        void await() throws InterruptedException;
    }

    /// Before it moves on there is a wait for something besides the sleeper.
    void movesAfter(Rest what) {
        rest = what;
    }

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
    void advance(Duration by) throws InterruptedException {
        awaitSleeper();
        rest.await(); // without the lock: who is to come to rest may read the clock
        move(by);
    }

    private synchronized void move(Duration by) {
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
