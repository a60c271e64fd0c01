package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions over sockets in non-blocking mode: callers write themselves, a loop reads for many.
@ExtendWith(Leaks.class)
@Timeout(120)
class PolledTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final int MOST_BLOCKS = 2_000;

    @Test
    @DisplayName("T05: callers that are interrupted while they write do not harm the session")
    void survivesInterruptsOfWriters() throws Exception {
        try (Pair pair = new Pair(Wire.POLLED_TCP); Pair.Ends other = pair.open()) {
            Load.echo(pair.server);
            List<Task<Integer>> writers = new ArrayList<>();
            AtomicBoolean enough = new AtomicBoolean();
            for (int i = 0; i < 4; i++) {
                writers.add(Task.of(i % 2 == 0, () -> writeUntil(pair.client, enough)));
            }
            for (int i = 0; i < 20_000; i++) {
                writers.get(i % writers.size()).interrupt();
                Thread.onSpinWait();
            }
            enough.set(true);
            int interrupted = 0;
            for (Task<Integer> writer : writers) {
                interrupted += writer.get();
            }
            assertTrue(interrupted > 0, "nobody was interrupted");
            other.client().output().write(Load.bytes(10));
            Load.read(other.server().input(), 10);
            assertTrue(pair.client.isOpen());
        }
    }

    /// {@return how often it was interrupted}
    private static int writeUntil(Session session, AtomicBoolean enough) throws Exception {
        int interrupted = 0;
        while (!enough.get()) {
            try (Stream stream = session.open()) {
                while (!enough.get()) {
                    stream.output().write(new byte[100]);
                    stream.input().readNBytes(100);
                }
            } catch (InterruptedIOException e) {
                Thread.interrupted();
                interrupted++;
            }
        }
        return interrupted;
    }

    @Test
    @DisplayName("A caller writes on its own thread: a session with one conversation has one write for each message")
    void callersWrite() throws Exception {
        Thread[] wrote = new Thread[1];
        SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
            @Override
            public void written(int frames, int bytes) {
                wrote[0] = Thread.currentThread();
            }
        });
        try (Pair pair = new Pair(Wire.POLLED_TCP.connect(), config, Settings.QUIET); Pair.Ends ends = pair.open()) {
            assertTrue(pair.clientInside.awaitWritten(Task.PATIENCE));
            long before = pair.client.statistics().writes();
            int mine = 0;
            for (int i = 0; i < 100; i++) {
                ends.client().output().write(Load.bytes(100));
                Load.read(ends.server().input(), 100);
                mine += wrote[0] == Thread.currentThread() ? 1 : 0;
            }
            assertTrue(pair.clientInside.awaitWritten(Task.PATIENCE));
            assertEquals(100, pair.client.statistics().writes() - before);
            int own = mine; // the stream's acknowledgement may come at that moment: the reader calls the writer then
            assertTrue(own >= 99, () -> own + " of 100 were written by the caller");
        }
    }

    @Test
    @DisplayName("One conversation is read by the platform thread that waits in the kernel, many by a virtual thread")
    void takesTurnsAtReading() throws Exception {
        AtomicBoolean virtual = new AtomicBoolean();
        SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
            @Override
            public void bytesReceived(int bytes) {
                virtual.set(Thread.currentThread().isVirtual());
            }
        });
        try (Pair pair = new Pair(Wire.POLLED_TCP.connect(), config, Settings.QUIET); Pair.Ends lone = pair.open()) {
            Load.echo(pair.server);
            for (int i = 0; i < 3; i++) {
                exchangeUntil(pair, 1, () -> !virtual.get());
                exchangeUntil(pair, 64, virtual::get);
            }
            lone.server().output().write(Load.bytes(10));
            Load.read(lone.client().input(), 10);
        }
    }

    @Test
    @DisplayName("Much for one stream, with pauses: a virtual thread reads, and a platform thread waits for more")
    void takesTurnsAtBulk() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
            @Override
            public void bytesReceived(int bytes) {
                boolean worker = turns.get() % 2 == 1;
                if (worker != Thread.currentThread().isVirtual()) {
                    turns.incrementAndGet();
                }
            }
        });
        byte[] block = Load.bytes(200_000);
        try (Pair pair = new Pair(Wire.POLLED_TCP.connect(), config, Settings.QUIET); Pair.Ends ends = pair.open()) {
            for (int i = 0; i < MOST_BLOCKS && turns.get() < 20; i++) { // a pause after each
                Task<Void> writing = Task.run(() -> ends.server().output().write(block));
                Load.read(ends.client().input(), block.length);
                writing.get();
            }
        }
        assertTrue(turns.get() >= 20, () -> "they took turns " + turns + " times");
    }

    private static void exchangeUntil(Pair pair, int streams, BooleanSupplier enough) throws Exception {
        List<Task<Void>> conversations = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            conversations.add(Task.run(() -> {
                try (Stream stream = pair.client.open()) {
                    do {
                        stream.output().write(Load.bytes(100));
                        Load.read(stream.input(), 100);
                    } while (!enough.getAsBoolean());
                }
            }));
        }
        for (Task<Void> one : conversations) {
            one.get();
        }
    }

    @Test
    @DisplayName("An observer that throws while a caller writes ends the session, and the caller does not get it")
    void keepsErrorsFromCallers() throws Exception {
        AtomicBoolean armed = new AtomicBoolean();
        SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
            @Override
            public void written(int frames, int bytes) {
                if (armed.get()) {
                    throw new IllegalStateException("made up by the test");
                }
            }
        });
        try (Pair pair = new Pair(Wire.POLLED_TCP.connect(), config, Settings.QUIET); Pair.Ends ends = pair.open()) {
            assertTrue(pair.clientInside.awaitWritten(Task.PATIENCE));
            armed.set(true);
            ends.client().output().write(1);
            SessionClosed end = assertThrows(SessionClosed.class, pair.client::accept);
            assertEquals(Origin.LOCAL, end.origin());
            assertEquals("made up by the test", String.valueOf(end.getCause()).replaceAll(".*: ", ""));
        }
    }

    @Test
    @DisplayName("The socket is full: callers do not wait in it, the writer goes on when there is room, nothing is lost")
    void goesOnWhenTheSocketWasFull() throws Exception {
        Wire.Connected sockets = Wire.tcp();
        Inside inside = new Inside(true, sockets.client(), Settings.QUIET, Inside.Clock.SYSTEM);
        Leaks.watch(inside);
        int streams = 64;
        try (Session client = inside.session(); SocketChannel peer = sockets.server()) {
            List<Task<Void>> writers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                Stream stream = client.open();
                writers.add(Task.run(() -> stream.output().write(Load.bytes(Frame.WINDOW))));
            }
            writers.forEach(Task::awaitBlocked);
            assertTrue(writers.stream().anyMatch(one -> !one.isDone()), "the socket took all");

            int[] came = new int[streams];
            ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
            for (int left = streams * Frame.WINDOW; left > 0; ) {
                readFully(peer, header.clear());
                if (header.get(1) == Frame.DATA) {
                    byte[] body = new byte[header.getInt(8)];
                    readFully(peer, ByteBuffer.wrap(body));
                    int stream = header.getInt(4) / 2;
                    assertTrue(java.util.Arrays.equals(Load.bytes(came[stream], body.length), body), "other bytes");
                    came[stream] += body.length;
                    left -= body.length;
                }
            }
            for (Task<Void> writer : writers) {
                writer.get();
            }
            client.abort();
        }
    }

    private static void readFully(SocketChannel from, ByteBuffer to) throws Exception {
        while (to.hasRemaining()) {
            assertTrue(from.read(to) >= 0, "the end");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("Closed or aborted while bytes come and go: everybody is told, the loop goes on for others")
    void endsInTheMiddle(boolean abort) throws Exception {
        try (Pair other = new Pair(Wire.POLLED_TCP); Pair.Ends quiet = other.open()) {
            for (int round = 0; round < 100; round++) {
                Pair pair = new Pair(Wire.POLLED_TCP);
                List<Task<Void>> working = new ArrayList<>();
                CountDownLatch flowing = new CountDownLatch(8);
                for (Pair.Ends ends : pair.open(4)) {
                    working.add(Task.run(() -> flow(ends.client(), flowing)));
                    working.add(Task.run(() -> flow(ends.server(), flowing)));
                }
                flowing.await();
                if (abort) {
                    pair.client.abort();
                }
                pair.close();
                for (Task<Void> one : working) {
                    one.fails(SessionClosed.class);
                }
            }
            quiet.client().output().write(Load.bytes(10));
            Load.read(quiet.server().input(), 10);
        }
    }

    /// Writes and reads until the end.
    private static void flow(Stream stream, CountDownLatch flowing) throws Exception {
        byte[] block = new byte[10_000];
        Task<Void> writing = Task.run(() -> {
            while (true) {
                stream.output().write(block);
            }
        });
        assertTrue(stream.input().read(new byte[1]) > 0);
        flowing.countDown();
        try {
            while (stream.input().read(new byte[20_000]) >= 0) {
                Thread.onSpinWait();
            }
        } finally {
            writing.fails(SessionClosed.class);
        }
    }

    @Test
    @DisplayName("A peer that goes away without a word, and a channel that was closed before")
    void noticesEnds() throws Exception {
        Wire.Connected sockets = Wire.tcp();
        try (Session client = Session.client(sockets.client(), Settings.QUIET)) {
            sockets.server().close();
            assertEquals(Origin.REMOTE, assertThrows(SessionClosed.class, client::accept).origin());
        }
        SocketChannel closed = Wire.tcp().client();
        closed.close();
        try (Session client = Session.client(closed, Settings.QUIET)) {
            assertEquals(Origin.TRANSPORT, assertThrows(SessionClosed.class, client::accept).origin());
        }
    }

    @Test
    @DisplayName("A peer that keeps its side open and says nothing does not hold up the end, and gets everything")
    void endsBesideASilentPeer() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel peer = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(1_000));
            Task.run(client::close).get();
            assertArrayEquals(Load.bytes(1_000), bodies(peer));
        }
    }

    @Test
    @DisplayName("A silent peer that may not have got everything yet is waited for: what it says late does no harm")
    void waitsForASlowReader() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel peer = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(Frame.WINDOW));
            Thread closing = Thread.ofVirtual().start(client::close);
            assertFalse(closing.join(Duration.ofMillis(1_500)), "closed, though much was on its way");
            peer.write(ByteBuffer.wrap(Frame.header(Frame.WU, 0, 1, 1)));
            assertArrayEquals(Load.bytes(Frame.WINDOW), bodies(peer));
            peer.shutdownOutput();
            assertTrue(closing.join(Task.PATIENCE));
        }
    }

    @Test
    @DisplayName("What streams could still be sent when the session ended is no violation, and cuts no farewell short")
    void takesWhatWasOnItsWay() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER).withDeadStreamBytes(1_000);
        Wire.Connected sockets = Wire.tcp();
        try (Session client = patient(sockets, config); SocketChannel peer = sockets.server()) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                streams.add(client.open());
                streams.get(i).output().write(1);
            }
            Task<Void> closing = Task.run(client::close);
            Task.until(() -> !client.isOpen());
            for (int i = 0; i < 8; i++) {
                writeFully(peer, ByteBuffer.wrap(Frame.data(0, 2 * i + 1, Load.bytes(Frame.WINDOW))));
            }
            assertEquals(8, bodies(peer).length); // up to the end, and no reset
            peer.shutdownOutput();
            closing.get();
            streams.forEach(Stream::close); // what came just before the end is there to be read
        }
    }

    @Test
    @DisplayName("S12: a peer that breaks the rules and goes on sending gets the go away that says so, and no reset")
    void saysWhyThoughThePeerGoesOn() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (Session client = patient(sockets, config); SocketChannel peer = sockets.server()) {
            writeFully(peer, ByteBuffer.wrap(Frame.data(Frame.SYN, 1, Load.bytes(10)))); // an odd number is not its
            writeFully(peer, ByteBuffer.wrap(Load.bytes(4 << 20)));
            ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
            readFully(peer, header);
            assertEquals(new Frame(Frame.GO_AWAY, 0, 0, 1), Frame.read(header.array(), 0));
            writeFully(peer, ByteBuffer.wrap(Load.bytes(1 << 20)));
            assertEquals(-1, peer.read(header.clear()));
            peer.shutdownOutput();
            assertEquals(1, assertThrows(SessionClosed.class, client::accept).code());
        }
    }

    @Test
    @DisplayName("S04: an abort that comes while a close begins is not lost: nobody waits for the peer then")
    void isAbortedWhileItCloses() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel _ = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(Frame.WINDOW)); // so much that it would be waited for
            Thread[] closing = new Thread[1];
            try (LogGate gate = new LogGate("dev.proconsul.jyamux.internal.Ending")) {
                closing[0] = Thread.ofVirtual().start(client::close);
                gate.awaitSomebody();
                client.abort();
            }
            assertTrue(closing[0].join(Task.PATIENCE));
        }
    }

    /// {@return a client that takes its peer for far away, so that it bears two minutes of silence at the end: the peer
    /// of a test may be silent for as long as the machine gives it no time}
    private static Session patient(Wire.Connected sockets, SessionConfig config) throws Exception {
        ManualClock clock = new ManualClock();
        Inside inside = new Inside(true, sockets.client(), config, clock);
        Leaks.watch(inside);
        Session client = inside.session();
        Task<Duration> ping = Task.of(client::ping);
        ByteBuffer asked = ByteBuffer.allocate(Frame.BYTES);
        readFully(sockets.server(), asked);
        assertTrue(inside.awaitWritten(Task.PATIENCE)); // it would see a write that takes a minute
        clock.advance(Duration.ofMinutes(1));
        int value = Frame.read(asked.array(), 0).length();
        writeFully(sockets.server(), ByteBuffer.wrap(Frame.header(Frame.PING, Frame.ACK, 0, value)));
        assertEquals(Duration.ofMinutes(1), ping.get());
        return client;
    }

    private static void writeFully(SocketChannel to, ByteBuffer from) throws Exception {
        while (from.hasRemaining()) {
            to.write(from);
        }
    }

    /// {@return what the data frames carry, up to the end of the connection}
    private static byte[] bodies(SocketChannel from) throws Exception {
        var bodies = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
        while (from.read(header.clear()) >= 0) {
            readFully(from, header);
            if (header.get(1) == Frame.DATA) {
                byte[] body = new byte[header.getInt(8)];
                readFully(from, ByteBuffer.wrap(body));
                bodies.writeBytes(body);
            }
        }
        return bodies.toByteArray();
    }

    @Test
    @DisplayName("B66: thousands of sessions leave neither keys nor open sockets")
    void leavesNothingOpen() throws Exception {
        Task.until(() -> Inside.polled() == 0);
        openAndClose(16); // every loop has begun by then, and stays
        long before = openFiles();
        for (int wave = 0; wave < 20; wave++) {
            openAndClose(50);
        }
        Task.until(() -> Inside.polled() == 0);
        Task.until(() -> openFiles() <= before);
    }

    private static void openAndClose(int pairs) throws Exception {
        List<Pair> open = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            open.add(new Pair(Wire.POLLED_TCP));
        }
        for (Pair pair : open) {
            try (Pair.Ends ends = pair.open()) {
                ends.client().output().write(1);
                assertEquals(1, ends.server().input().read());
            }
        }
        for (int i = 0; i < pairs; i++) {
            if (i % 3 == 0) {
                open.get(i).client.abort();
            }
            open.get(i).close();
            assertFalse(open.get(i).server.isOpen());
        }
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
