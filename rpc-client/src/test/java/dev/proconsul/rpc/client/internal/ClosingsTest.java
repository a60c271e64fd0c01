package dev.proconsul.rpc.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Semaphore;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClosingsTest {
    private final StillTime time = new StillTime();
    private final Closings closings = new Closings(time);

    @Test
    @DisplayName("some end at once, more of them by and by, and never more than 4,500 in a second")
    void spreads() {
        var times = new ArrayList<Duration>();
        for (int i = 0; i < 10_000; i++) {
            times.add(closings.place());
        }
        assertTrue(times.stream().limit(500).allMatch(Duration::isZero));
        assertEquals(2_374, times.getLast().toMillis());
        for (int i = 0; i + 4_500 < times.size(); i++) {
            assertTrue(times.get(i + 4_500).minus(times.get(i)).compareTo(Duration.ofSeconds(1)) >= 0, "from " + i);
        }
    }

    @Test
    @DisplayName("after a rest some end at once again")
    void rests() {
        for (int i = 0; i < 1_000; i++) {
            closings.place();
        }
        assertTrue(closings.place().isPositive());
        time.now += Duration.ofSeconds(1).toNanos();
        for (int i = 0; i < 500; i++) {
            assertTrue(closings.place().isZero());
        }
    }

    @Test
    @DisplayName("what does not end at once ends after its wait")
    void endsInTurn() throws Exception {
        var ended = new Semaphore(0);
        for (int i = 0; i < 502; i++) {
            closings.inTurn(ended::release);
        }
        ended.acquire(502); // the last one ends on a thread of its own
        assertEquals(List.of(Duration.ofNanos(250_000)), time.pauses);
    }
}
