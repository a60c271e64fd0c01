package dev.proconsul.jyamux.internal;

import static dev.proconsul.jyamux.internal.LoopPace.LONE_TURNS;
import static dev.proconsul.jyamux.internal.LoopPace.MUCH;
import static dev.proconsul.jyamux.internal.LoopPace.QUIET_TURNS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of a loop's two threads reads, and which one waits, after which turns.
class LoopPaceTest {
    private final LoopPace pace = new LoopPace();

    private void turns(int times, int news, int streams, int read) {
        for (int i = 0; i < times; i++) {
            pace.noted(news, streams, read);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0, 10", "2, 1, 10", "1, 2, 10", "1, 1, " + MUCH, "1, 0, " + MUCH})
    @DisplayName("The worker is called by news of several connections, or for several streams, or by much")
    void callsWorker(int news, int streams, int read) {
        pace.noted(news, streams, read);
        assertTrue(pace.callsWorker());
        assertTrue(pace.letsOthersRun());
        assertFalse(pace.waits());
        assertFalse(pace.callsSentry());
    }

    @Test
    @DisplayName("The worker is not called by a little for one stream, nor by no news after much")
    void doesNotCallWorker() {
        pace.noted(1, 1, MUCH - 1);
        assertFalse(pace.callsWorker());
        pace.noted(1, 1, MUCH);
        assertTrue(pace.callsWorker());
        pace.noted(0, 0, 0);
        assertFalse(pace.callsWorker());
    }

    @ParameterizedTest
    @CsvSource({"2, 0, 10", "1, 2, 10", "2, 1, " + MUCH, "1, 2, " + MUCH})
    @DisplayName("After news for several the worker looks in vain a few times, then waits, and keeps the watch")
    void waitsForSeveral(int news, int streams, int read) {
        turns(2 * LONE_TURNS, news, streams, read);
        for (int i = 0; i < 2 * LONE_TURNS; i++) {
            assertEquals(i >= QUIET_TURNS, pace.waits(), "after " + i + " looks in vain");
            assertFalse(pace.callsSentry());
            turns(1, 0, 0, 0);
        }
        pace.noted(news, streams, read);
        assertFalse(pace.waits());
    }

    @Test
    @DisplayName("A little for one stream: the worker waits at once; after so many in a row it looks once, and leaves")
    void leavesLittle() {
        pace.noted(1, 2, 10);
        for (int i = 1; i < LONE_TURNS; i++) {
            pace.noted(1, 1, 10);
            assertTrue(pace.waits());
            assertFalse(pace.letsOthersRun());
            pace.noted(0, 0, 0); // nudged
            assertTrue(pace.waits());
            assertFalse(pace.callsSentry());
        }
        pace.noted(1, 1, 10);
        assertFalse(pace.waits());
        assertFalse(pace.callsSentry());
        pace.noted(0, 0, 0);
        assertTrue(pace.callsSentry());
    }

    @Test
    @DisplayName("After much for one stream, many times in a row, the sentry waits once a few looks were in vain")
    void leavesWaitsForMuch() {
        turns(LONE_TURNS - 1, 1, 1, MUCH);
        turns(QUIET_TURNS, 0, 0, 0);
        assertTrue(pace.waits());
        pace.noted(1, 1, MUCH);
        for (int i = 0; i < QUIET_TURNS; i++) {
            assertFalse(pace.waits());
            assertFalse(pace.callsSentry());
            pace.noted(0, 0, 0);
        }
        assertTrue(pace.callsSentry());
        pace.noted(1, 1, MUCH);
        assertTrue(pace.callsWorker());
        assertFalse(pace.callsSentry());
    }

    @ParameterizedTest
    @CsvSource({"2, 1, 10", "1, 2, 10"})
    @DisplayName("News for several begin the count of lone turns anew")
    void noticesCompany(int news, int streams, int read) {
        turns(3 * LONE_TURNS, 1, 1, MUCH);
        pace.noted(news, streams, read);
        turns(LONE_TURNS - 1, 1, 1, MUCH);
        turns(QUIET_TURNS, 0, 0, 0);
        assertFalse(pace.callsSentry());
        assertTrue(pace.waits());
    }
}
