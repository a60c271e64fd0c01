package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock may wrap around
    private final LogLimit limit = new LogLimit(now::get);

    private void usedUp() {
        for (int i = 0; i < LogLimit.LINES_PER_MINUTE; i++) {
            assertTrue(limit.pass(), "line " + i);
            assertEquals("", limit.omitted());
        }
        assertFalse(limit.pass());
    }

    @Test
    void tenLinesPassAndTheEleventhWaitsForTheNextMinute() {
        usedUp();
        now.addAndGet(TimeUnit.MINUTES.toNanos(1) - 1);
        assertFalse(limit.pass());
        now.addAndGet(1);
        assertTrue(limit.pass());
    }

    @Test
    void theNextLineTellsOnceHowManyWereLeftOut() {
        usedUp();
        assertFalse(limit.pass());
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertTrue(limit.pass());
        assertEquals(" (2 lines like this left out)", limit.omitted());
        assertEquals("", limit.omitted());
    }
}
