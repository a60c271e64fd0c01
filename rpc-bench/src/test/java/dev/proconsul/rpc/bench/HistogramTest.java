package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The histogram of durations")
class HistogramTest {
    private final Histogram histogram = new Histogram();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 1_000, 999_999, 1_000_000_007L, Long.MAX_VALUE})
    @DisplayName("A duration is found again, at most 3.2 % too low")
    void precision(long nanos) {
        histogram.add(nanos);
        long found = histogram.quantile(0.5);
        assertTrue(found <= nanos && found >= nanos - nanos / 32, () -> nanos + " became " + found);
    }

    @Test
    @DisplayName("Durations below 64 ns are exact")
    void exact() {
        for (int nanos = 0; nanos < 64; nanos++) {
            var one = new Histogram();
            one.add(nanos);
            assertEquals(nanos, one.quantile(0.5));
        }
    }

    @Test
    @DisplayName("Quantiles are those of all durations")
    void quantiles() {
        for (int nanos = 0; nanos < 50; nanos++) {
            histogram.add(nanos);
        }
        assertEquals(50, histogram.count());
        assertEquals(0, histogram.quantile(0));
        assertEquals(25, histogram.quantile(0.50));
        assertEquals(49, histogram.quantile(0.99));
    }

    @Test
    @DisplayName("Histograms add up")
    void merge() {
        var other = new Histogram();
        histogram.add(10);
        other.add(20);
        other.add(20);
        histogram.merge(other);
        assertEquals(3, histogram.count());
        assertEquals(20, histogram.quantile(0.5));
    }

    @Test
    @DisplayName("Without durations a quantile is 0, and a negative duration is one of 0")
    void edges() {
        assertEquals(0, histogram.quantile(0.99));
        histogram.add(-1);
        assertEquals(1, histogram.count());
        assertEquals(0, histogram.quantile(0.99));
    }
}
