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

    private List<Runnable> waiting = List.of(); // most streams have none, and are many
    private Phase phase = Phase.ARMED;

    void add(Runnable action) {
        synchronized (this) {
            if (phase == Phase.ARMED) {
                if (waiting.isEmpty()) {
                    waiting = new ArrayList<>(1);
                }
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
            due = waiting;
            waiting = List.of();
        }
        due.forEach(AbortActions::start);
    }

    /// The application ends the stream itself.
    synchronized void disarm() {
        if (phase == Phase.ARMED) {
            phase = Phase.DISARMED;
            waiting = List.of();
        }
    }

    private static void start(Runnable action) {
        Thread.ofVirtual().name("jyamux-abort").start(action);
    }
}
