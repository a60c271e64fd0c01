package dev.proconsul.jyamux.internal;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One thread at a time reads a stream, and one writes to it, over several steps and through its waits: the others wait
/// until it has ended its turn. A thread that has the turn gets it again, as with a lock: an observer runs in the
/// middle of a read or write, and may use the stream.
///
/// Threads: guarded by the stream's lock. A lock of its own for each direction would do the same, at the cost of memory
/// and, for a message that is not divided, of two more operations on it.
final class Turn {
    private @Nullable Thread holder;
    private int again;
    private @Nullable Condition others; // who waits is rare

    /// Takes the turn; waits for it if another thread has it.
    ///
    /// @param lock held, once
    /// @throws InterruptedException when the thread was interrupted before its turn came; it has none then
    void begin(ReentrantLock lock) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Thread self = Thread.currentThread();
        if (holder == self) {
            again++;
            return;
        }
        while (holder != null) {
            Condition condition = others;
            if (condition == null) {
                condition = lock.newCondition();
                others = condition;
            }
            condition.await();
        }
        holder = self;
    }

    boolean isFree() {
        return holder == null;
    }

    void end() {
        if (again > 0) {
            again--;
            return;
        }
        holder = null;
        Condition condition = others;
        if (condition != null) {
            condition.signal();
        }
    }
}
