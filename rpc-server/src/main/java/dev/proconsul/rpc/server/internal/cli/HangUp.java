package dev.proconsul.rpc.server.internal.cli;

import sun.misc.Signal;

/// The signal SIGHUP. The JDK has no other way to it than this class of `jdk.unsupported`, which it keeps for that use
/// (JEP 260).
final class HangUp {
    private HangUp() {}

    static void handle(Runnable action) {
        try {
            // The JVM calls handlers of one signal on threads of their own, which could overlap.
            var turn = new Object();
            Signal.handle(new Signal("HUP"), _ -> {
                synchronized (turn) {
                    action.run();
                }
            });
        } catch (IllegalArgumentException e) {
            // A system without this signal, or a JVM that was told to leave signals alone (-Xrs).
        }
    }
}
