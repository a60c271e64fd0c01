package dev.proconsul.jyamux.internal;

import java.time.Duration;

/// The time that a session's own deadlines run on. Monotonic: a jump of the wall clock changes nothing.
interface Ticker {
    /// The machine's clock.
    Ticker SYSTEM = new Ticker() {
        private final long start = System.nanoTime();

        @Override
        public long nanos() {
            return System.nanoTime() - start;
        }

        @Override
        public void sleepUntil(long nanos) throws InterruptedException {
            Thread.sleep(Duration.ofNanos(Math.max(0, nanos - nanos())));
        }
    };

    /// {@return now, in nanoseconds since some start; never wraps}
    long nanos();

    /// Waits until [#nanos()] has reached the value.
    void sleepUntil(long nanos) throws InterruptedException;
}
