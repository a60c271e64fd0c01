package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryWaitsTest {
    private static final Duration HOLD = Duration.ofSeconds(7);

    @Test
    @DisplayName("calls F21: waits are bounded by 437, 874, 1748, 3496, 6992 ms, and never get shorter")
    void waitsGrow() {
        var longest = new RetryWaits(HOLD, bound -> bound - 1);
        for (long millis : List.of(437, 874, 1748, 3496, 6992)) {
            assertEquals(Duration.ofMillis(millis).minusNanos(1), longest.next());
        }
        var shortest = new RetryWaits(HOLD, _ -> 0);
        for (int i = 0; i < 100; i++) {
            assertEquals(Duration.ZERO, shortest.next());
        }
        var waits = new RetryWaits(HOLD, new Random(7)::nextLong);
        var before = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            var next = waits.next();
            assertTrue(next.compareTo(before) >= 0, "wait " + i);
            before = next;
        }
    }

    @Test
    @DisplayName("calls F22: the first bound is 1 ms at least")
    void theFirstBoundIsAMillisecond() {
        assertEquals(Duration.ofMillis(1).minusNanos(1), new RetryWaits(Duration.ofMillis(7), b -> b - 1).next());
        assertEquals(Duration.ofMillis(1).minusNanos(1), new RetryWaits(Duration.ZERO, b -> b - 1).next());
    }
}
