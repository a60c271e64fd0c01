package dev.proconsul.rpc.client.internal;

import java.time.Duration;

/// Spreads the endings of watches: each resets a stream, and a server takes more than some thousands of resets in a
/// second for an attack, and ends the connection with all its other calls. Any thread.
///
/// Source: `resetsPerSecond` of jyamux; Consul's own multiplexer has no such limit.
public final class Closings {
    private static final long SPACING = Duration.ofSeconds(1).toNanos() / 4_000;
    private static final long BURST = 500 * SPACING;

    private final WatchTime time;
    private long next; // guarded by this; when the place after the last one that was given is
    private boolean begun; // guarded by this

    /// Nothing has been ended yet.
    /// @param time the clock
    public Closings(WatchTime time) {
        this.time = time;
    }

    /// Has something done, at once or soon.
    /// @param ending quick; run on the caller's thread or on another
    void inTurn(Runnable ending) {
        var delay = place();
        if (!delay.isPositive()) {
            ending.run();
            return;
        }
        Thread.ofVirtual().name("close").start(() -> {
            try {
                time.sleep(delay);
            } catch (InterruptedException e) {
                // nobody interrupts this thread
            }
            ending.run();
        });
    }

    /// {@return how long to wait}
    synchronized Duration place() {
        long now = time.nanoTime();
        if (!begun || next - now < -BURST) {
            next = now - BURST;
            begun = true;
        }
        long place = next;
        next += SPACING;
        return Duration.ofNanos(Math.max(0, place - now));
    }
}
