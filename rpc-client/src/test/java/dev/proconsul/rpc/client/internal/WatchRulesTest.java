package dev.proconsul.rpc.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.client.WatchOptions;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchRulesTest {
    private static final WatchOptions OPTIONS = WatchOptions.DEFAULT;
    private static final Duration WHOLE = OPTIONS.patience().plusSeconds(3);
    private static final Duration QUICK = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(100);

    private final WatchRules rules = new WatchRules(OPTIONS);

    private Duration answered(long index, Duration took) {
        return rules.answered(index, took, 0);
    }

    @Test
    @DisplayName("calls.md 10 B1: the first question does not wait, the next one waits for more than the answer")
    void beginsAtOnce() {
        assertEquals(0, rules.index());
        answered(5, QUICK);
        assertEquals(5, rules.index());
        answered(9, LONG);
        assertEquals(9, rules.index());
    }

    @Test
    @DisplayName("calls.md 4.7: an index that goes back begins anew")
    void goesBack() {
        answered(50, QUICK);
        answered(3, LONG);
        assertEquals(0, rules.index());
        answered(3, QUICK);
        assertEquals(3, rules.index());
    }

    @Test
    @DisplayName("calls.md 4.7, 10 B11: an index of 0 counts as 1, and is not taken for one that went back")
    void neverBelowOne() {
        answered(0, QUICK);
        assertEquals(1, rules.index());
        answered(0, WHOLE);
        assertEquals(1, rules.index());
    }

    @Test
    @DisplayName("indexes are unsigned")
    void unsigned() {
        answered(Long.MAX_VALUE, QUICK);
        answered(Long.MIN_VALUE, LONG);
        assertEquals(Long.MIN_VALUE, rules.index());
        answered(-1, LONG);
        assertEquals(-1, rules.index());
        answered(1, LONG);
        assertEquals(0, rules.index());
    }

    @Test
    @DisplayName("calls.md 10 B3: after a wait for nothing the same question is asked at once")
    void timedOut() {
        answered(7, QUICK);
        assertEquals(Duration.ZERO, answered(7, WHOLE));
        assertEquals(7, rules.index());
    }

    @Test
    @DisplayName("calls.md 10 B12, B13: an early answer without news comes from a server that restores or leaves")
    void early() {
        answered(7, QUICK);
        assertEquals(Duration.ZERO, answered(7, LONG));
        assertEquals(0, rules.index());
    }

    @Test
    @DisplayName("a server that never waits is asked less and less often")
    void neverWaits() {
        var seconds = new double[10];
        answered(7, QUICK);
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = answered(7, QUICK).toMillis() / 1e3;
            assertEquals(0, rules.index());
            answered(7, QUICK);
        }
        assertEquals("[0.009, 0.2, 0.4, 0.8, 1.6, 3.2, 3.2, 3.2, 3.2, 3.2]", java.util.Arrays.toString(seconds));
    }

    @Test
    @DisplayName("so is one whose index jumps back and forth; one that waits again is asked at once again")
    void jumps() {
        answered(9, QUICK);
        answered(5, QUICK);
        answered(9, QUICK);
        assertEquals(Duration.ofMillis(200), answered(5, QUICK));
        answered(9, QUICK);
        assertEquals(Duration.ZERO, answered(10, LONG));
        assertEquals(Duration.ofMillis(9), answered(11, QUICK));
    }

    @Test
    @DisplayName("questions keep the pace")
    void pace() {
        assertEquals(Duration.ofMillis(9), answered(7, QUICK));
        assertEquals(Duration.ofMillis(9), answered(8, QUICK));
        assertEquals(Duration.ofMillis(0), answered(9, OPTIONS.pace()));
        assertEquals(true, !answered(10, LONG).isPositive());
    }

    @Test
    @DisplayName("calls.md 8.7: no pause after the first failure, then 200 ms doubled up to 60 s, and up to as much by "
            + "chance")
    void backsOff() {
        answered(7, QUICK);
        assertEquals(Duration.ZERO, rules.failed(0.5));
        assertEquals(0, rules.index());
        assertEquals(Duration.ofMillis(300), rules.failed(0.5));
        assertEquals(Duration.ofMillis(400), rules.failed(0));
        for (int i = 4; i < 10; i++) {
            assertEquals(Duration.ofMillis(200 << (i - 2)), rules.failed(0));
        }
        for (int i = 0; i < 100; i++) {
            rules.failed(0.5);
        }
        assertEquals(Duration.ofSeconds(90), rules.failed(0.5));
        assertEquals(110, rules.failures());

        answered(7, QUICK);
        assertEquals(0, rules.failures());
        assertEquals(7, rules.index());
        assertEquals(Duration.ZERO, rules.failed(0.5));
    }
}
