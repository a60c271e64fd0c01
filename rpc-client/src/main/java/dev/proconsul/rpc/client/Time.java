package dev.proconsul.rpc.client;

import java.time.Duration;

/// Time as this module uses it; tests have one of their own. Any thread.
public interface Time {
    /// The machine's.
    Time SYSTEM = new Time() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }
    };

    /// {@return a reading in nanoseconds; only differences mean something}
    long nanoTime();

    /// Waits.
    ///
    /// @param time how long; zero or less for not at all
    /// @throws InterruptedException when the thread was interrupted
    void sleep(Duration time) throws InterruptedException;
}
