package dev.proconsul.rpc.endpoints.internal.state;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// One thread that waits for a change, once.
final class Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    /// Called by the one writer, perhaps more than once; true the first time.
    boolean wake() {
        if (woken) {
            return false;
        }
        woken = true;
        LockSupport.unpark(thread);
        return true;
    }

    /// Waits, in the thread that made this; false when the deadline passes first.
    boolean await(long deadlineNanos, LongSupplier nanoTime) throws InterruptedException {
        while (!woken) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for a change");
            }
            long left = deadlineNanos - nanoTime.getAsLong();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }
}
