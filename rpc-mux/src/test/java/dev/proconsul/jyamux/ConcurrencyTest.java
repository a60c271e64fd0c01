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
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group C, with threads that truly run at the same time. Orders drawn from a seed are in [ScheduleTest].
@ExtendWith(Leaks.class)
@Timeout(120)
class ConcurrencyTest {
    private static final long TOTAL = 20L << 20;
    private static final int SHARE = 1 << 16; // of a stream, of a round

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
    @DisplayName("P05, B89: a lone message leaves at once, whatever time it is")
    void sendsALoneMessageAtOnce() throws Exception {
        try (RawPeer peer = new RawPeer(false, Settings.QUIET, new ManualClock())) {
            Stream stream = peer.opens(1);
            for (int i = 0; i < 1_000; i++) {
                stream.output().write(Load.bytes(i, 1));
                assertArrayEquals(Load.bytes(i, 1), peer.seesData(1, 1));
            }
        }
    }

    @Test
    @DisplayName("P04: while one write is under way all else gathers, and leaves in one more")
    void gathersFrames() throws Exception {
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, Inside.Clock.SYSTEM, 64)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                streams.add(peer.opens(2 * i + 1));
            }
            assertTrue(peer.inside().awaitWritten(Task.PATIENCE)); // the last acknowledgement is seen before it is counted
            long before = peer.session.statistics().writes();
            for (Stream stream : streams) {
                stream.output().write(Load.bytes(100)); // the first does not fit into the connection
            }
            for (Stream stream : streams) {
                peer.seesData(stream.id(), 100);
            }
            peer.inside().awaitWritten(Duration.ofSeconds(10));
            long writes = peer.session.statistics().writes() - before;
            assertTrue(writes <= 2, () -> writes + " writes");
        }
    }

    /// A server in a world of its own whose handlers each read so many bytes, and a peer whose messages come at once.
    ///
    /// @return of each time that a handler ran, how many frames of data the session had looked at by then
    private static List<Integer> looks(int streams, int bytes, byte[] messages) {
        List<Integer> looks = new ArrayList<>();
        Sim.run(1, sim -> {
            AtomicInteger seen = new AtomicInteger();
            SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
                @Override
                public void frameReceived(FrameType type, int flags, int id, long length) {
                    seen.addAndGet(type == FrameType.DATA ? 1 : 0);
                }
            });
            MemoryPipe toSession = new MemoryPipe(1 << 16);
            MemoryPipe fromSession = new MemoryPipe(1 << 16);
            Inside inside = new Inside(false, 0, toSession.input, fromSession.output, () -> {
                fromSession.end();
                toSession.close();
            }, config, sim.clock());
            Leaks.watch(inside);
            for (int i = 0; i < streams; i++) {
                toSession.output.write(Frame.header(WU, SYN, 2 * i + 1, 0));
            }
            List<Task<Void>> handlers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                Stream stream = inside.session().accept();
                handlers.add(Task.run(() -> {
                    for (int left = bytes; left > 0; ) {
                        left -= stream.input().read(new byte[left]);
                        looks.add(seen.get()); // one thread at a time runs in this world
                    }
                }));
            }
            toSession.output.write(messages);
            for (Task<Void> one : handlers) {
                one.get();
            }
            inside.session().abort();
        });
        return looks;
    }

    @Test
    @DisplayName("P04: when many streams have news, the first are answered before the last are looked at")
    void announcesInPortions() {
        int streams = 200; // more than half of the messages come with one read
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        for (int i = 0; i < streams; i++) {
            messages.writeBytes(Frame.data(0, 2 * i + 1, Load.bytes(100)));
        }
        List<Integer> looks = looks(streams, 100, messages.toByteArray());
        long early = looks.stream().filter(seen -> seen < streams).count();
        assertTrue(early > streams / 2, () -> early + " ran before the last message was looked at");
    }

    @Test
    @DisplayName("P04, L06: a peer that sends single bytes on many streams cannot have a read divided without end")
    void announcesInFewPortions() {
        int streams = 20;
        int rounds = 100;
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        for (int i = 0; i < rounds * streams; i++) {
            messages.writeBytes(Frame.data(0, 2 * (i % streams) + 1, Load.bytes(1)));
        }
        List<Integer> looks = looks(streams, rounds, messages.toByteArray());
        long portions = looks.stream().distinct().count(); // of two reads: the first brings 4,096 bytes
        assertTrue(portions <= 30, () -> portions + " portions");
        assertTrue(portions > 4, () -> "only " + portions + " portions");
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

    /// Streams that always have more to send, on a connection that holds 16 KiB.
    ///
    /// @param write bytes in a call
    /// @param beforeEach frame that the peer reads, with the writing tasks
    /// @return bytes received of each stream
    private static long[] shares(RawPeer peer, int streams, int write, Consumer<List<Task<Void>>> beforeEach)
            throws Exception {
        byte[] message = Load.bytes(write);
        List<Stream> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            all.add(peer.opens(2 * i + 1));
        }
        List<Task<Void>> writing = new ArrayList<>();
        for (Stream stream : all) {
            peer.says(WU, 0, stream.id(), 1 << 30);
            writing.add(Task.run(() -> {
                while (true) {
                    stream.output().write(message);
                }
            }));
        }
        long[] received = new long[streams];
        for (long at = 0; at < TOTAL; ) {
            beforeEach.accept(writing);
            Frame frame = peer.sees();
            assertEquals(DATA, frame.type(), frame::toString);
            peer.body(frame);
            received[frame.id() / 2] += frame.length();
            at += frame.length();
        }
        peer.session.abort();
        for (Task<Void> one : writing) {
            one.fails(SessionClosed.class);
        }
        return received;
    }

    private static void assertEven(long[] received) {
        long mean = TOTAL / received.length;
        for (long one : received) {
            assertTrue(Math.abs(one - mean) < mean / 5, () -> Arrays.toString(received));
        }
    }

    @Test
    @DisplayName("P02: twenty bulk streams that always have more to send: each gets its share of what leaves")
    void sharesTheConnection() throws Exception {
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, Inside.Clock.SYSTEM, 1 << 14)) {
            // all wait before a frame is read, or it would show who got a processor, and when
            assertEven(shares(peer, 20, SHARE, writing -> writing.forEach(Task::awaitBlocked)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 4_096, SHARE / 2, SHARE, 1 << 20})
    @DisplayName("P02: so it is with few or many of them, when their threads run in the same order again and again")
    void sharesWhoeverRunsFirst(int write) {
        for (int i = 2; i <= 18; i++) {
            int streams = i;
            Sim.runInOrder(sim -> {
                try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, sim.clock(), 1 << 14)) {
                    assertEven(shares(peer, streams, write, _ -> { }));
                }
            });
        }
    }

    @Test
    @DisplayName("P01: small messages beside a stream that always has more to send leave, on average, within three rounds")
    void letsSmallMessagesThrough() throws Exception {
        int share = 1 << 16; // of a round: one is being written, one gathers, and the next may begin with the other's
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, Inside.Clock.SYSTEM, 1 << 14)) {
            Stream bulk = peer.opens(1);
            Stream small = peer.opens(3);
            peer.says(WU, 0, 1, 1 << 30);
            Task<Void> sending = Task.run(() -> {
                while (true) {
                    bulk.output().write(Load.bytes(share));
                }
            });
            int messages = 200;
            long before = 0;
            for (int i = 0; i < messages; i++) {
                sending.awaitBlocked(); // both shares are full
                Task<Void> one = Task.run(() -> small.output().write(Load.bytes(64))).awaitBlocked();
                Frame frame = peer.sees();
                while (frame.id() == 1) {
                    peer.body(frame);
                    before += frame.length();
                    frame = peer.sees();
                }
                assertEquals(new Frame(DATA, 0, 3, 64), frame);
                peer.body(frame);
                one.get();
            }
            long each = before / messages;
            assertTrue(each <= 3 * share, () -> each + " bytes left before each");
            peer.session.abort();
            sending.fails(SessionClosed.class);
        }
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
