package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Callers at work")
class LoadTest {
    private static final Duration TIME = Duration.ofMillis(20);

    /// Counts what it does.
    private record Counting(AtomicLong count, boolean isBeside) implements Operation {
        @Override
        public void run() {
            count.incrementAndGet();
            Thread.yield();
        }
    }

    @Test
    @DisplayName("Those beside are counted apart")
    void beside() throws Exception {
        var counted = new AtomicLong();
        var apart = new AtomicLong();

        var measured = Load.run(4, TIME, caller -> new Counting(caller % 2 == 0 ? counted : apart, caller % 2 == 1));

        assertTrue(counted.get() > 0 && apart.get() > 0, measured::line);
        assertEquals(counted.get(), measured.operations());
        assertEquals(apart.get(), measured.beside());
        assertTrue(measured.nanos() >= TIME.toNanos(), measured::line);
        assertEquals(measured, Measured.parse(measured.line()));
    }

    @Test
    @DisplayName("What one of them fails of is what the load fails of")
    void fails() {
        var failure = new IOException("gone");
        Operation failing = () -> {
            throw failure;
        };
        assertSame(failure, assertThrows(IOException.class, () -> Load.run(2, TIME, _ -> failing)));
    }

    @Test
    @DisplayName("A line with other numbers is none")
    void line() {
        var refused = assertThrows(IllegalArgumentException.class, () -> Measured.parse("1 2 3 4"));
        assertTrue(refused.getMessage().contains("expected five numbers"), refused.getMessage());
    }
}
