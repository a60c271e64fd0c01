package dev.proconsul.rpc.client.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Time and chance of watches.
public interface WatchTime {
    /// The real ones.
    WatchTime SYSTEM = new WatchTime() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }

        @Override
        public double chance() {
            return ThreadLocalRandom.current().nextDouble();
        }
    };

    /// {@return nanoseconds since some moment}
    long nanoTime();

    /// Waits.
    /// @param time more than zero
    /// @throws InterruptedException when the thread was interrupted
    void pause(Duration time) throws InterruptedException;

    /// {@return a number from 0 to 1, without it}
    double chance();
}
