package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What leaves, in which order and how much at a time; the test is the writer.
@Timeout(20)
class OutboxTest {
    private static final int LIMIT = 262_144;
    private static final int FRAME = 65_536;
    private static final SessionClosed END = new SessionClosed("over", Origin.LOCAL, 0);

    private final BufferPool pool = new BufferPool();
    private final Outbox outbox = new Outbox(LIMIT, FRAME, 4, false, pool, Thread.currentThread());

    @AfterEach
    void leavesNothing() {
        outbox.end(END, true);
        outbox.stop();
        assertNull(outbox.next());
        assertEquals(0, pool.lent());
    }

    private record Frame(FrameType type, int id, int length) {}

    private List<Frame> next() throws Exception {
        ByteBuffer round = Objects.requireNonNull(outbox.next());
        List<Frame> frames = new ArrayList<>();
        new FrameDecoder(new FrameSink() {
            @Override
            public void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) {
                frames.add(new Frame(type, id, length));
            }

            @Override
            public void body(ByteBuffer from, int length, boolean last) {
                // counted by the header
            }
        }).feed(round);
        assertEquals(outbox.duty().frames(), frames.size());
        return frames;
    }

    @Test
    @DisplayName("K02: pings, pongs and credit go ahead of data; FIN and RST stay behind it")
    void sendsFirstWhatOthersWaitFor() throws Exception {
        outbox.data(new Turns.Place(), 1, new byte[10], 0, 10);
        outbox.lazily(FrameType.WINDOW_UPDATE, Flags.FIN, 1, 0);
        outbox.credit(3, 99);
        outbox.ping(7);
        outbox.answer(FrameType.PING, Flags.ACK, 0, 8);

        assertEquals(List.of(
                new Frame(FrameType.WINDOW_UPDATE, 3, 99),
                new Frame(FrameType.PING, 0, 7),
                new Frame(FrameType.PING, 0, 8),
                new Frame(FrameType.DATA, 1, 10),
                new Frame(FrameType.WINDOW_UPDATE, 1, 0)), next());
    }

    @Test
    @DisplayName("More urgent frames than there is headroom for still go first")
    void growsTheHeadroom() throws Exception {
        outbox.data(new Turns.Place(), 1, new byte[10], 0, 10);
        for (int i = 0; i < 100; i++) {
            outbox.credit(i, i);
        }

        List<Frame> frames = next();

        assertEquals(101, frames.size());
        assertEquals(new Frame(FrameType.WINDOW_UPDATE, 99, 99), frames.get(99));
        assertEquals(new Frame(FrameType.DATA, 1, 10), frames.get(100));
    }

    @Test
    @DisplayName("K06, B59: answers the peer does not read are limited")
    void limitsAnswers() throws Exception {
        for (int i = 0; i < 4; i++) {
            outbox.answer(FrameType.PING, Flags.ACK, 0, i);
        }
        assertThrows(ProtocolViolation.class, () -> outbox.answer(FrameType.PING, Flags.ACK, 0, 4));

        assertEquals(4, next().size());
        outbox.answer(FrameType.PING, Flags.ACK, 0, 5);
        assertEquals(1, next().size());
    }

    @Test
    @DisplayName("B46: a stream has no more than its share of a round")
    void limitsTheShareOfAStream() throws Exception {
        Turns.Place place = new Turns.Place();
        assertEquals(FRAME, outbox.data(place, 1, new byte[FRAME], 0, FRAME));
        assertEquals(0, outbox.data(place, 1, new byte[1], 0, 1));

        assertEquals(List.of(new Frame(FrameType.DATA, 1, FRAME)), next());
        assertEquals(1, outbox.data(place, 1, new byte[1], 0, 1));
    }

    @Test
    @DisplayName("P02 without a clock: a hundred streams that always have bytes get equal parts")
    void givesEqualParts() throws Exception {
        int streams = 100;
        int each = 20;
        boolean compared = false;
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            int id = 2 * i + 1;
            writers.add(Thread.startVirtualThread(() -> write(id, each * 16_384)));
        }
        Map<Integer, Integer> sent = new HashMap<>();
        int total = 0;
        while (total < streams * each * 16_384) {
            awaitRest(writers);
            for (Frame frame : next()) {
                sent.merge(frame.id(), frame.length(), Integer::sum);
                total += frame.length();
            }
            // Once all have begun nobody is far behind, while nobody has finished.
            if (sent.size() == streams && sent.values().stream().allMatch(bytes -> bytes < each * 16_384)) {
                int least = sent.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
                int most = sent.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
                assertTrue(most - least <= 2 * FRAME, () -> least + " and " + most);
                compared = true;
            }
        }
        assertTrue(compared);
        for (Thread writer : writers) {
            writer.join();
        }
    }

    /// Waits until everybody has said what it may and waits, or is done: who is only slow is not treated badly.
    private static void awaitRest(List<Thread> threads) {
        for (Thread thread : threads) {
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    private void write(int id, int bytes) {
        Turns.Place place = new Turns.Place();
        byte[] piece = new byte[bytes];
        try {
            int done = 0;
            while (done < bytes) {
                int taken = outbox.data(place, id, piece, done, bytes - done);
                done += taken;
                if (taken == 0) {
                    outbox.awaitTurn(place, bytes - done, Deadlines.NEVER);
                }
            }
        } catch (SessionClosed | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("Who gives up waiting, or has its turn and says nothing, holds nobody up")
    void passesTurnsOn() throws Exception {
        Turns.Place full = new Turns.Place();
        outbox.data(full, 1, new byte[FRAME], 0, FRAME);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread impatient = Thread.startVirtualThread(() -> {
            try {
                outbox.awaitTurn(full, 1, Deadlines.NEVER);
            } catch (InterruptedException e) {
                interrupted.countDown();
            } catch (SessionClosed e) {
                throw new IllegalStateException(e);
            }
        });
        awaitParked(impatient);
        Turns.Place silent = new Turns.Place();
        Thread waiting = Thread.startVirtualThread(() -> {
            try {
                outbox.awaitTurn(silent, 1, Deadlines.NEVER);
            } catch (InterruptedException | SessionClosed e) {
                throw new IllegalStateException(e);
            }
        });
        awaitParked(waiting);
        impatient.interrupt();
        assertTrue(interrupted.await(5, TimeUnit.SECONDS));

        assertEquals(1, next().size());
        waiting.join();
        outbox.forgo(silent);

        assertEquals(FRAME, outbox.data(full, 1, new byte[FRAME], 0, FRAME));
        next();
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}
