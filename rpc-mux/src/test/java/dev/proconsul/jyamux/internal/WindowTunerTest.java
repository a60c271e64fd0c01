package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.WindowBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How windows grow and shrink, on links that exist only in virtual time.
class WindowTunerTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int FRAME = 65_536;

    private final BufferPool pool = new BufferPool();

    private WindowTuner tuner(SessionConfig config, RoundTrip roundTrip) {
        Outbox outbox = new Outbox(FRAME, FRAME, 1, false, pool, Thread.ofVirtual().unstarted(() -> { }));
        return new WindowTuner(config, roundTrip, new Pings(outbox, Ticker.SYSTEM, roundTrip));
    }

    /// With the largest window there is: it holds four times what the longest of the links below does.
    private static SessionConfig wide() {
        return SessionConfig.DEFAULT.withMaxStreamWindow(1 << 30).withMaxSessionWindow(Long.MAX_VALUE)
                .withWindowBudget(new WindowBudget(Long.MAX_VALUE));
    }

    /// A sender that always has bytes, a link with a rate and a delay, a receiver that reads at some rate at most.
    private final class Link {
        final double bytesPerNano;
        final double readPerNano;
        long delay;
        final RoundTrip roundTrip = new RoundTrip();
        final Inbound inbound;
        final PriorityQueue<Event> events = new PriorityQueue<>();
        long credit = Inbound.WINDOW;
        long linkFree;
        long readFree;
        long now;
        long read;
        int windowAtMost = Inbound.WINDOW;

        Link(double bytesPerSecond, double readPerSecond, long roundTripNanos, SessionConfig config) {
            bytesPerNano = bytesPerSecond / SECOND;
            readPerNano = readPerSecond / SECOND;
            delay = roundTripNanos / 2;
            inbound = new Inbound(pool, tuner(config, roundTrip));
        }

        record Event(long at, int frame, int credit) implements Comparable<Event> {
            @Override
            public int compareTo(Event other) {
                return Long.compare(at, other.at);
            }
        }

        /// Lets time pass and returns the bytes that were read in it.
        long run(long nanos) throws ProtocolViolation {
            long end = now + nanos;
            long before = read;
            send();
            for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
                events.poll();
                now = next.at;
                if (next.credit > 0) {
                    credit += next.credit;
                    send();
                } else {
                    receive(next.frame);
                }
            }
            now = end;
            return read - before;
        }

        private void send() {
            while (credit > 0) {
                int frame = (int) Math.min(credit, FRAME);
                credit -= frame;
                linkFree = Math.max(linkFree, now) + (long) (frame / bytesPerNano);
                // Reading takes its time, one frame after the other.
                readFree = Math.max(readFree, linkFree + delay) + (long) (frame / readPerNano);
                events.add(new Event(readFree, frame, 0));
            }
        }

        private void receive(int frame) throws ProtocolViolation {
            inbound.expect(1, frame);
            inbound.pass(frame);
            read += frame;
            int grant = inbound.grant(now);
            windowAtMost = Math.max(windowAtMost, inbound.window());
            if (grant > 0) {
                if (roundTrip.isStale(now)) {
                    roundTrip.measured(2 * delay, now);
                }
                events.add(new Event(now + delay, 0, grant));
            }
        }
    }

    @ParameterizedTest(name = "{0} ms, {1} Mbit/s")
    @CsvSource({
        "1, 10", "1, 100", "1, 1000", "1, 10000", "10, 10", "10, 100", "10, 1000", "10, 10000",
        "50, 10", "50, 100", "50, 1000", "50, 10000", "100, 10", "100, 100", "100, 1000", "100, 10000",
        "200, 10", "200, 100", "200, 1000", "200, 10000",
    })
    @DisplayName("D19: one stream fills the link within 20 round trips, and its window stays within eight of its products")
    void fillsTheLink(int millis, int megabits) throws Exception {
        double rate = megabits * 125_000.0;
        long roundTrip = millis * MILLI;
        Link link = new Link(rate, 100e9, roundTrip, wide());

        // A frame takes longer than a round trip on the slowest links: some time on top for the first ones.
        link.run(20 * roundTrip + (long) (4.0 * Inbound.WINDOW / rate * SECOND));
        long measured = Math.max(50 * roundTrip, (long) (8.0 * Inbound.WINDOW / rate * SECOND));
        double used = link.run(measured) / (rate * measured / SECOND);

        assertTrue(used >= 0.8, () -> "used " + used);
        double product = rate * roundTrip / SECOND;
        assertTrue(link.windowAtMost <= Math.max(8 * product, Inbound.WINDOW),
                () -> "window " + link.windowAtMost + ", product " + product);
    }

    @Test
    @DisplayName("D19: beyond the default limit of a stream it is the limit that goes over the link in each round trip")
    void fillsTheLimit() throws Exception {
        long roundTrip = 200 * MILLI;
        SessionConfig config = SessionConfig.DEFAULT.withWindowBudget(new WindowBudget(1 << 30));
        Link link = new Link(1_250_000_000, 100e9, roundTrip, config); // 10 Gbit/s, so that 250 MB are under way

        link.run(20 * roundTrip);
        long each = link.run(50 * roundTrip) / 50;

        assertEquals(config.maxStreamWindow(), link.windowAtMost);
        assertTrue(each >= 0.9 * config.maxStreamWindow(), () -> each + " bytes in a round trip");
    }

    @Test
    @DisplayName("D20: a slow reader's window does not grow, however fast the link")
    void staysForSlowReaders() throws Exception {
        Link link = new Link(1e9, 500_000, MILLI, wide());

        link.run(20 * SECOND);

        assertEquals(Inbound.WINDOW, link.windowAtMost);
    }

    @Test
    @DisplayName("D24: a round trip that rises or falls by 20 neither stalls the stream nor blows up its window")
    void bearsAChangingDistance() throws Exception {
        double rate = 12_500_000; // 100 Mbit/s
        Link link = new Link(rate, 100e9, 10 * MILLI, wide());
        link.run(2 * SECOND);

        link.delay = 100 * MILLI;
        link.run(60 * SECOND);
        double far = link.run(10 * SECOND) / (rate * 10);
        link.delay = 5 * MILLI;
        link.run(60 * SECOND);
        double near = link.run(10 * SECOND) / (rate * 10);

        assertTrue(far >= 0.8, () -> "used " + far + " when far");
        assertTrue(near >= 0.8, () -> "used " + near + " when near");
        assertTrue(link.windowAtMost <= 8 * rate * 0.2, () -> "window " + link.windowAtMost);
    }

    /// Consumes half of the window twice, a nanosecond apart, so that it wants to grow.
    private static int consumeAtOnce(Inbound inbound, long now) throws ProtocolViolation {
        int granted = 0;
        for (int i = 0; i < 2; i++) {
            int half = inbound.window() / 2;
            inbound.expect(1, half);
            inbound.pass(half);
            granted += inbound.grant(now + i);
        }
        return granted;
    }

    @Test
    @DisplayName("D21: growth stops at the session's budget, is given back, and 256 KiB are always there")
    void keepsWithinTheBudgetOfTheSession() throws Exception {
        RoundTrip roundTrip = new RoundTrip();
        roundTrip.measured(MILLI, 0);
        WindowBudget shared = new WindowBudget(1L << 40);
        WindowTuner tuner = tuner(SessionConfig.DEFAULT.withMaxSessionWindow(1_000_000).withWindowBudget(shared), roundTrip);
        List<Inbound> streams = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Inbound stream = new Inbound(pool, tuner);
            consumeAtOnce(stream, 0);
            streams.add(stream);
        }

        assertEquals(1_000_000, tuner.grown());
        assertEquals(1_000_000, shared.used());
        assertTrue(streams.stream().allMatch(stream -> stream.window() >= Inbound.WINDOW));

        streams.forEach(Inbound::end);
        streams.forEach(Inbound::end);
        assertEquals(0, tuner.grown());
        assertEquals(0, shared.used());
    }

    @Test
    @DisplayName("D21, L08: sessions that share a budget do not grow beyond it together")
    void keepsWithinTheSharedBudget() throws Exception {
        WindowBudget shared = new WindowBudget(300_000);
        List<Inbound> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RoundTrip roundTrip = new RoundTrip();
            roundTrip.measured(MILLI, 0);
            Inbound stream = new Inbound(pool, tuner(SessionConfig.DEFAULT.withWindowBudget(shared), roundTrip));
            consumeAtOnce(stream, 0);
            streams.add(stream);
        }

        assertEquals(300_000, shared.used());
        assertEquals(3 * Inbound.WINDOW + 300_000, streams.stream().mapToInt(Inbound::window).sum());
        streams.forEach(Inbound::end);
        assertEquals(0, shared.used());
    }

    @Test
    @DisplayName("A stream that rested grants less than was consumed until its window is back at the start")
    void shrinksAfterARest() throws Exception {
        RoundTrip roundTrip = new RoundTrip();
        roundTrip.measured(MILLI, 0);
        WindowBudget shared = new WindowBudget(1 << 30);
        Inbound stream = new Inbound(pool, tuner(SessionConfig.DEFAULT.withWindowBudget(shared), roundTrip));
        consumeAtOnce(stream, 0);
        assertEquals(2 * Inbound.WINDOW, stream.window());

        stream.rest(WindowTuner.RESTING - 1);
        stream.rest(WindowTuner.RESTING + 1);
        stream.expect(1, Inbound.WINDOW);
        stream.pass(Inbound.WINDOW);

        assertEquals(0, stream.grant(WindowTuner.RESTING + 2));
        assertEquals(Inbound.WINDOW, stream.window());
        assertEquals(0, shared.used());
        stream.expect(1, Inbound.WINDOW / 2);
        stream.pass(Inbound.WINDOW / 2);
        assertEquals(Inbound.WINDOW / 2, stream.grant(2 * WindowTuner.RESTING));
    }

    @Test
    @DisplayName("No window grows beyond the stream's limit, and none grows before a round trip is known")
    void keepsWithinTheLimitOfTheStream() throws Exception {
        RoundTrip roundTrip = new RoundTrip();
        Inbound stream = new Inbound(pool, tuner(wide().withMaxStreamWindow(300_000), roundTrip));

        consumeAtOnce(stream, 0);
        assertEquals(Inbound.WINDOW, stream.window());
        roundTrip.measured(MILLI, 0);
        consumeAtOnce(stream, 0);
        assertEquals(300_000, stream.window());
        stream.store(ByteBuffer.allocate(0), 0);
        stream.end();
    }
}
