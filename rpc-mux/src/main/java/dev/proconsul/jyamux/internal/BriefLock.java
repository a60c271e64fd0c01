package dev.proconsul.jyamux.internal;

import java.io.Serial;
import java.util.concurrent.locks.ReentrantLock;

/// A lock that nobody holds for as long as parking takes: who finds it taken tries again for a while before parking.
final class BriefLock extends ReentrantLock {
    private static final int ATTEMPTS = 200;

    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public void lock() {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        super.lock();
    }
}
