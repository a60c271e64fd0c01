package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for something to become true, with a deadline.
final class Conditions {
    private static final long PAUSE_NANOS = 200_000;

    private Conditions() {}

    static void await(BooleanSupplier condition, Supplier<String> otherwise) {
        within(Wire.PATIENCE, condition, otherwise);
    }

    static void within(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("not within " + limit + ": " + otherwise.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
