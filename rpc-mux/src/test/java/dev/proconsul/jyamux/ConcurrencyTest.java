package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group C, with threads that truly run at the same time. Orders drawn from a seed are in [ScheduleTest].
@ExtendWith(Leaks.class)
@Timeout(120)
class ConcurrencyTest {
    @Test
    @DisplayName("C05, B20, B21: an array changed as soon as the write has returned: the peer sees the bytes of before")
    void ownsWhatWasWritten() throws Exception {
        int writes = 300;
        int length = 1_500;
        try (RawPeer peer = new RawPeer(false, 0, Settings.PLAIN, Inside.Clock.SYSTEM, 1 << 12)) {
            Stream stream = peer.opens(1);
            Task<Void> writing = Task.run(() -> {
                byte[] array = new byte[length];
                for (int i = 0; i < writes; i++) {
                    Arrays.fill(array, (byte) i);
                    stream.output().write(array);
                    Arrays.fill(array, (byte) -1);
                }
            });
            int done = 0;
            for (int i = 0; i < writes; i++, done += length) {
                byte[] expected = new byte[length];
                Arrays.fill(expected, (byte) i);
                assertArrayEquals(expected, nextBytes(peer, length), "write " + i);
                peer.says(WU, 0, 1, length);
            }
            writing.get();
        }
    }

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    private byte[] nextBytes(RawPeer peer, int length) throws Exception {
        while (rest.size() < length) {
            Frame frame = peer.sees();
            assertEquals(DATA, frame.type(), frame::toString);
            rest.writeBytes(peer.body(frame));
        }
        byte[] all = rest.toByteArray();
        rest.reset();
        rest.write(all, length, all.length - length);
        return Arrays.copyOf(all, length);
    }

    @Test
    @DisplayName("C06, B30: frames of 100 writers and of pings never mix: the far end never loses its place")
    void keepsFramesWhole() throws Exception {
        int writers = 100;
        int each = 20_000;
        try (RawPeer peer = new RawPeer(false, 0, Settings.PLAIN, Inside.Clock.SYSTEM, 777)) {
            List<Task<Void>> writing = new ArrayList<>();
            List<Stream> all = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                all.add(peer.opens(2 * i + 1));
            }
            for (Stream stream : all) {
                writing.add(Task.run(() -> {
                    Load.write(stream.output(), each, 997);
                    stream.finishWriting();
                }));
            }
            Task<Void> asking = Task.run(() -> peer.floods(200, Frame.header(PING, SYN, 0, 1)));
            Map<Integer, Integer> received = new HashMap<>();
            int finished = 0;
            int pongs = 0;
            while (finished < writers || pongs < 200) {
                Frame frame = peer.sees();
                switch (frame.type()) {
                    case DATA -> {
                        int before = received.getOrDefault(frame.id(), 0);
                        assertArrayEquals(Load.bytes(before, frame.length()), peer.body(frame));
                        received.put(frame.id(), before + frame.length());
                    }
                    case WU -> {
                        assertEquals(new Frame(WU, FIN, frame.id(), 0), frame);
                        assertEquals(each, received.get(frame.id()));
                        finished++;
                    }
                    default -> {
                        assertEquals(new Frame(PING, ACK, 0, 1), frame);
                        pongs++;
                    }
                }
            }
            asking.get();
            for (Task<Void> one : writing) {
                one.get();
            }
        }
    }

    @Test
    @DisplayName("C07, B10, B72: the session ends while streams are opened, accepted and first written: none is left over")
    void losesNoStreamAtTheEnd() throws Exception {
        for (int round = 0; round < 200; round++) {
            int ending = round;
            AtomicInteger opened = new AtomicInteger();
            try (Pair pair = new Pair(Wire.memory(1 << 12))) {
                Task<Void> opening = Task.run(() -> {
                    while (true) {
                        try (Stream stream = pair.client.open()) {
                            opened.incrementAndGet();
                            stream.output().write(1);
                        }
                    }
                });
                Task<Void> accepting = Task.run(() -> {
                    while (true) {
                        pair.server.accept().close();
                    }
                });
                Task.until(() -> opened.get() > ending % 20);
                switch (ending % 4) {
                    case 0 -> pair.client.abort();
                    case 1 -> pair.server.abort();
                    case 2 -> pair.client.close();
                    default -> pair.server.close();
                }
                opening.fails(MuxException.class); // it may hear the go away first
                accepting.fails(SessionClosed.class);
                Task.until(() -> !pair.client.isOpen() && !pair.server.isOpen());
                Task.until(() -> pair.client.openStreams() == 0 && pair.server.openStreams() == 0);
            }
        }
    }

    @Test
    @DisplayName("D14: who waits while another reads or writes is interrupted alone, and the turn goes to the next")
    void takesTurns() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(Settings.QUIET)) {
            Stream stream = peer.opens(1);
            List<Task<Integer>> reading = new ArrayList<>();
            List<Task<Void>> writing = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reading.add(Task.of(() -> stream.input().read()).awaitBlocked());
                writing.add(Task.run(() -> stream.output().write(Load.bytes(300_000))).awaitBlocked()); // over the window
            }
            reading.get(1).interrupt();
            writing.get(1).interrupt();
            assertEquals(0, reading.get(1).fails(InterruptedIOException.class).bytesTransferred);
            assertEquals(0, writing.get(1).fails(InterruptedIOException.class).bytesTransferred);
            peer.saysData(0, 1, new byte[] {7, 8});
            assertEquals(Set.of(7, 8), Set.of(reading.get(0).get(), reading.get(2).get()));
            peer.says(WU, 0, 1, 1 << 20);
            for (int i = 0; i < 600_000; ) {
                Frame frame = peer.sees();
                assertEquals(DATA, frame.type(), frame::toString);
                assertArrayEquals(part(i % 300_000, frame.length()), peer.body(frame));
                i += frame.length();
            }
            writing.get(0).get();
            writing.get(2).get();
        }
    }

    @Test
    @DisplayName("D14: an observer that fails in the middle of a write: who waits for the turn hears of the reset")
    void endsTheTurnOfWhoFails() throws Exception {
        AtomicBoolean armed = new AtomicBoolean();
        SessionObserver failing = new SessionObserver() {
            @Override
            public void stalled(int stream, Duration time) {
                if (armed.get()) {
                    throw new AssertionError("made up by the test");
                }
            }
        };
        try (RawPeer peer = RawPeer.ofServer(Settings.QUIET.withMaxFrame(WINDOW).withObserver(failing))) {
            Stream stream = peer.opens(1);
            Task<Void> first = Task.run(() -> stream.output().write(Load.bytes(300_000)));
            peer.seesData(1, WINDOW);
            first.awaitBlocked();
            Task<Void> second = Task.run(() -> stream.output().write(1)).awaitBlocked();
            assertFalse(first.isDone() || second.isDone());
            armed.set(true);
            peer.says(WU, 0, 1, 1);
            assertEquals("made up by the test", first.fails(AssertionError.class).getMessage());
            assertTrue(second.fails(StreamReset.class).getMessage().contains("a write ended half way"));
            assertTrue(peer.session.isOpen());
        }
    }

    private static byte[] part(int from, int length) {
        return Arrays.copyOfRange(Load.bytes(300_000), from, from + length);
    }

    @Test
    @DisplayName("C07, O20: thousands of accepts that wait for the next stream: each stream goes to exactly one")
    void handsEachStreamOutOnce() throws Exception {
        int streams = 2_000;
        try (RawPeer peer = RawPeer.ofServer()) {
            List<Task<Integer>> accepting = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                accepting.add(Task.of(() -> peer.session.accept().id()));
            }
            peer.seesWhatever();
            for (int i = 0; i < streams; i++) {
                peer.says(WU, SYN, 2 * i + 1, 0);
                int due = i;
                if (i % 200 == 199) {
                    Task.until(() -> accepting.stream().filter(Task::isDone).count() > due);
                }
            }
            boolean[] seen = new boolean[2 * streams];
            for (Task<Integer> one : accepting) {
                int id = one.get();
                assertTrue(!seen[id], "stream " + id + " was handed out twice");
                seen[id] = true;
            }
        }
    }
}
