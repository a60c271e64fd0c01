package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group P: when frames leave, how many of them at once, and how streams share the connection.
@ExtendWith(Leaks.class)
@Timeout(120)
class FairnessTest {
    private static final long TOTAL = 20L << 20;
    private static final int SHARE = 1 << 16; // of a stream, of a round

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
}
