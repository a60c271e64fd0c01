package dev.proconsul.rpc.endpoints.internal;

import java.time.Duration;

/// Does something again and again, each time a while after the last time was done. Threads: any.
final class Repeating {
    /// What is done.
    @FunctionalInterface
    interface Round {
        /// Does it once.
        /// @throws InterruptedException when the server ends, and then it is not done again
        void run() throws InterruptedException;
    }

    private final Time time;
    private final Duration period;
    private final Round round;

    // Guarded by this.
    private boolean running;
    private Time.Timer next = () -> { };

    Repeating(Time time, Duration period, Round round) {
        this.time = time;
        this.period = period;
        this.round = round;
    }

    synchronized void start() {
        running = true;
        schedule();
    }

    private synchronized void schedule() {
        if (running) {
            next.cancel();
            next = time.after(period, this::once);
        }
    }

    private void once() {
        try {
            round.run();
            schedule();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void stop() {
        running = false;
        next.cancel();
    }
}
