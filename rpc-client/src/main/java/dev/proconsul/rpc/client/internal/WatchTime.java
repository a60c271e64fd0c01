package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.Time;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Time and chance of watches.
public interface WatchTime extends Time {
    /// The real ones.
    WatchTime SYSTEM = new WatchTime() {
        @Override
        public long nanoTime() {
            return Time.SYSTEM.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            Time.SYSTEM.sleep(time);
        }

        @Override
        public double chance() {
            return ThreadLocalRandom.current().nextDouble();
        }
    };

    /// {@return a number from 0 to 1, without it}
    double chance();
}
