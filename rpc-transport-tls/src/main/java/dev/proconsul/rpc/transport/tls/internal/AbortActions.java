package dev.proconsul.rpc.transport.tls.internal;

import java.util.ArrayList;
import java.util.List;

/// What is to be done when a connection is aborted: each action runs once, on a thread of its own. After an orderly
/// end nothing runs. Any thread.
final class AbortActions {
    private enum Phase {
        OPEN,
        ABORTED,
        CLOSED
    }

    private final Object lock = new Object();

    // Guarded by lock.
    private final List<Runnable> waiting = new ArrayList<>(1);
    private Phase phase = Phase.OPEN;

    void add(Runnable action) {
        synchronized (lock) {
            switch (phase) {
                case OPEN -> {
                    waiting.add(action);
                    return;
                }
                case CLOSED -> {
                    return;
                }
                case ABORTED -> {}
            }
        }
        Thread.startVirtualThread(action);
    }

    void run() {
        leave(Phase.ABORTED).forEach(Thread::startVirtualThread);
    }

    void disarm() {
        leave(Phase.CLOSED);
    }

    private List<Runnable> leave(Phase next) {
        synchronized (lock) {
            if (phase != Phase.OPEN) {
                return List.of();
            }
            phase = next;
            var actions = List.copyOf(waiting);
            waiting.clear();
            return actions;
        }
    }
}
