package dev.proconsul.rpc.bench.alloc;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whose code has allocated: of the frames of a stack that are somebody's, the innermost decides.
enum Owner {
    /// What threads need to wait and to be woken, virtual ones above all.
    PARKING("java.lang.VirtualThread", "java.lang.Object", "java.lang.System$", "jdk.internal.vm.",
            "java.util.concurrent.ForkJoin", "java.util.concurrent.locks.LockSupport", "java.lang.Thread"),
    /// Nodes of locks and conditions that somebody has to wait for.
    LOCKS("java.util.concurrent.locks."),
    /// Channels, and the poller of virtual threads.
    SOCKETS("sun.nio.ch.", "java.nio.channels."),
    /// The multiplexer.
    JYAMUX("dev.proconsul.jyamux."),
    /// JMH, and what has no stack or belongs to nobody of the others.
    REST("org.openjdk.jmh.", "dev.proconsul.rpc.bench.alloc.jmh_generated."),
    /// The callers at both ends.
    CALLERS("dev.proconsul.rpc.bench.");

    private final List<String> prefixes;

    Owner(String... prefixes) {
        this.prefixes = List.of(prefixes);
    }

    /// {@return whose code a class is, if it is somebody's}
    static Optional<Owner> of(String className) {
        return Arrays.stream(values())
                .filter(owner -> owner.prefixes.stream().anyMatch(className::startsWith))
                .findFirst();
    }

    /// {@return its name in results}
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
