package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the tests against Go programs share: the program, built once, and the reading of its checks.
final class Interop {
    static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final Duration POLL = Duration.ofMillis(2);
    private static @Nullable GoPeer peer;

    private Interop() {}

    /// {@return the Go program, built at the first call}
    static synchronized GoPeer peer() throws IOException, InterruptedException {
        if (peer == null) {
            peer = GoPeer.build(Path.of(""));
        }
        return peer;
    }

    /// {@return the port on the line `listening HOST:PORT`}
    static int port(Child server) throws IOException, InterruptedException {
        var address = server.expect("listening", PATIENCE);
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /// Answers a question of the checks.
    interface Witness {
        /// {@return whether it has come true}
        boolean sees(String question);
    }

    /// Reads the lines of checks, and wants all of them to pass.
    /// @param checks  the process that makes them
    /// @param number  how many there must be: a program that checks less must not pass unnoticed
    /// @param witness answers lines that begin with `?`
    static void passes(Child checks, int number, Witness witness) throws IOException, InterruptedException {
        var lines = new ArrayList<String>();
        for (var line = checks.nextLine(PATIENCE); line != null; line = checks.nextLine(PATIENCE)) {
            if (line.startsWith("? ")) {
                checks.say(witness.sees(line.substring(2)) ? "yes" : "no");
            } else {
                lines.add(line);
            }
        }
        var all = String.join("\n", lines);
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("FAIL")), all);
        assertEquals(number, lines.stream().filter(line -> line.startsWith("ok ")).count(), all);
        assertEquals(0, checks.exitCode(PATIENCE), all);
    }

    /// {@return whether something comes true in time that nobody tells us of}
    static boolean comesTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
