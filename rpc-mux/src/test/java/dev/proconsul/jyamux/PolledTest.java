package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
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
