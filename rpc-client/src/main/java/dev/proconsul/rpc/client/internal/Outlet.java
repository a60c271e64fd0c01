package dev.proconsul.rpc.client.internal;

import java.util.concurrent.atomic.AtomicInteger;

/// Tells one who wants to know of what a board shows. Whoever signals first delivers, also for those who signal
/// meanwhile: deliveries are never at once, and nobody waits for a slow one. Any thread.
///
/// @param <T> what is watched
public abstract class Outlet<T> {
    private final AtomicInteger signals = new AtomicInteger();

    /// There may be something to tell.
    final void signal() {
        if (signals.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        while (seen > 0) {
            deliver();
            seen = signals.addAndGet(-seen);
        }
    }

    /// Tells what is new since the last time; never called twice at once. Throws nothing.
    abstract void deliver();
}
