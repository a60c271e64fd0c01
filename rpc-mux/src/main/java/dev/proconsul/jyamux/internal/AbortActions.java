package dev.proconsul.jyamux.internal;

import java.util.ArrayList;
import java.util.List;

/// What the application wants done when its stream is broken off. Each action is run at most once.
///
/// Threads: any. The lock covers list accesses; actions run on threads of their own.
final class AbortActions {
    private enum Phase {
        ARMED,
        RUN,
        DISARMED
    }

    private final List<Runnable> waiting = new ArrayList<>(1);
    private Phase phase = Phase.ARMED;

    void add(Runnable action) {
        synchronized (this) {
            if (phase == Phase.ARMED) {
                waiting.add(action);
                return;
            }
            if (phase == Phase.DISARMED) {
                return;
            }
        }
        start(action);
    }

    void run() {
        List<Runnable> due;
        synchronized (this) {
            if (phase != Phase.ARMED) {
                return;
            }
            phase = Phase.RUN;
            due = List.copyOf(waiting);
            waiting.clear();
        }
        due.forEach(AbortActions::start);
    }

    /// The application ends the stream itself.
    synchronized void disarm() {
        if (phase == Phase.ARMED) {
            phase = Phase.DISARMED;
            waiting.clear();
        }
    }

    private static void start(Runnable action) {
        Thread.ofVirtual().name("jyamux-abort").start(action);
    }
}
