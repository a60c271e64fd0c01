package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The time of a run")
class PaceTest {
    private final AtomicLong now = new AtomicLong(7);

    private void pass(long millis) {
        now.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    @Test
    @DisplayName("A full run takes its time, whatever has passed")
    void full() {
        var pace = new Pace(false, 30, now::get);
        pass(100_000);
        assertEquals(Effort.FULL, pace.next(3));
        assertTrue(Effort.FULL.warmUp().toSeconds() >= 8, "the compiler needs that long");
    }

    @Test
    @DisplayName("A quick run shares what is left among the turns that are left")
    void quick() {
        var pace = new Pace(true, 20, now::get);
        assertEquals(Effort.within(Duration.ofMillis(1_200)), pace.next(10));
        pass(14_000);
        assertEquals(Effort.within(Duration.ofMillis(1_000)), pace.next(10));
    }

    @Test
    @DisplayName("A turn is neither too short to measure nor longer than needed")
    void limits() {
        var pace = new Pace(true, 2, now::get);
        assertEquals(Effort.within(Duration.ofSeconds(6)), pace.next(1));
        pass(1_000_000);
        assertEquals(Effort.within(Duration.ofMillis(300)), pace.next(1));
    }

    @Test
    @DisplayName("After 42 s a quick run begins nothing new; a full run does")
    void late() {
        var quick = new Pace(true, 20, now::get);
        var full = new Pace(false, 20, now::get);
        pass(42_000);
        assertFalse(quick.isLate());
        pass(1);
        assertTrue(quick.isLate());
        assertFalse(full.isLate());
    }

    @Test
    @DisplayName("Rounds are repeated until there is no time to spare")
    void spare() {
        var pace = new Pace(true, 20, now::get);
        assertTrue(pace.spare(Duration.ofMillis(1_500)));
        assertFalse(pace.spare(Duration.ofMillis(501)));
        assertTrue(pace.spare(Duration.ofMillis(500)));
        assertFalse(pace.spare(Duration.ofMillis(1)));
    }
}
