package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group T: timeouts, interrupts, threads. The waits are short and real: what counts is what ends them.
@ExtendWith(Leaks.class)
@Timeout(120)
class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration NONE = Duration.ZERO;

    @Test
    @DisplayName("T01: read timeout: none while there is data, one without, none after data has come; the stream goes on")
    void timesReadsOut() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(10));
            peer.settles();
            stream.readTimeout(SHORT);
            Load.read(stream.input(), 10);
            assertThrows(SocketTimeoutException.class, () -> stream.input().read());
            assertThrows(SocketTimeoutException.class, stream::peek);
            stream.readTimeout(LONG);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            peer.saysData(FIN, 1, Load.bytes(1));
            assertEquals(0, reading.get());
            stream.readTimeout(SHORT);
            assertEquals(-1, stream.input().read()); // the end needs no wait
            stream.output().write(5);
            assertEquals(5, peer.seesData(1, 1)[0]);
        }
    }

    @Test
    @DisplayName("T02, T04, B52: write timeout on a closed window: nothing taken: the stream lives; torn: reset, both know")
    void timesWritesOut() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Load.write(stream.output(), WINDOW);
            peer.seesData(1, WINDOW);
            stream.writeTimeout(SHORT);
            SocketTimeoutException nothing =
                    assertThrows(SocketTimeoutException.class, () -> stream.output().write(Load.bytes(10)));
            assertEquals(0, nothing.bytesTransferred);
            peer.seesNothingElse();
            peer.says(WU, 0, 1, 4);
            SocketTimeoutException torn =
                    assertThrows(SocketTimeoutException.class, () -> stream.output().write(Load.bytes(10)));
            assertEquals(4, torn.bytesTransferred);
            assertArrayEquals(Load.bytes(4), peer.seesData(1, 4));
            peer.sees(WU, RST, 1, 0);
            assertEquals(Origin.LOCAL, assertThrows(StreamReset.class, () -> stream.output().write(1)).origin());
            assertThrows(StreamReset.class, () -> stream.input().read());
        }
    }

    @Test
    @DisplayName("T02, T04: write timeout on a stalled transport: the bytes taken are told, the stream is reset")
    void timesWritesOutOnAStalledTransport() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(SHORT);
        try (RawPeer peer = new RawPeer(false, 0, config, new ManualClock(), 64)) {
            Stream stream = peer.opens(1);
            stream.writeTimeout(SHORT);
            SocketTimeoutException timeout =
                    assertThrows(SocketTimeoutException.class, () -> {
                        while (true) {
                            stream.output().write(Load.bytes(WINDOW));
                        }
                    });
            if (timeout.bytesTransferred > 0) {
                assertThrows(StreamReset.class, () -> stream.output().write(1));
            } else {
                assertThrows(SocketTimeoutException.class, () -> stream.output().write(1));
            }
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("T03, B57: a timeout set, shortened, lengthened, removed while a read or a write waits takes effect at once")
    void changesTimeoutsUnderWay() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Load.write(stream.output(), WINDOW);
            peer.seesData(1, WINDOW);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            stream.readTimeout(SHORT); // none before
            reading.fails(SocketTimeoutException.class);
            stream.readTimeout(LONG);
            Task<Integer> again = Task.of(() -> stream.input().read()).awaitBlocked();
            stream.readTimeout(Duration.ofNanos(1)); // over long since
            again.fails(SocketTimeoutException.class);
            stream.readTimeout(LONG);
            Task<Integer> patient = Task.of(() -> stream.input().read()).awaitBlocked();
            stream.readTimeout(NONE);
            peer.saysData(0, 1, Load.bytes(1));
            assertEquals(0, patient.get());

            Task<Void> writing = Task.run(() -> stream.output().write(1)).awaitBlocked();
            stream.writeTimeout(SHORT);
            writing.fails(SocketTimeoutException.class);
            stream.writeTimeout(LONG);
            Task<Void> more = Task.run(() -> stream.output().write(1)).awaitBlocked();
            stream.writeTimeout(Duration.ofNanos(1));
            more.fails(SocketTimeoutException.class);
            stream.writeTimeout(LONG);
            Task<Void> last = Task.run(() -> stream.output().write(7)).awaitBlocked();
            stream.writeTimeout(NONE);
            peer.says(WU, 0, 1, 1);
            last.get();
            assertEquals(7, peer.seesData(1, 1)[0]);
        }
    }

    @Test
    @DisplayName("T05: interrupts in read, write, open, accept, ping, close: no bytes, permits or locks are lost")
    void survivesInterrupts() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            Stream stream = peer.isOpened(1);
            Load.write(stream.output(), WINDOW);
            peer.seesData(1, WINDOW);
            peer.session.open();
            peer.sees(WU, SYN, 3, 0);
            List<Task.Action> calls = List.of(
                    () -> stream.input().read(),
                    () -> stream.peek(),
                    () -> stream.output().write(1),
                    () -> peer.session.open(),
                    () -> peer.session.accept(),
                    () -> peer.session.ping());
            for (Task.Action call : calls) {
                Task<Boolean> waiting = Task.of(() -> {
                    assertThrows(InterruptedIOException.class, call::run);
                    return Thread.currentThread().isInterrupted();
                }).awaitBlocked();
                waiting.interrupt();
                assertTrue(waiting.get(), "the interrupt status is gone");
                Task<Void> before = Task.run(() -> {
                    Thread.currentThread().interrupt();
                    assertThrows(InterruptedIOException.class, call::run);
                });
                before.get();
            }
            for (Frame frame : peer.settles()) {
                assertEquals(Frame.PING, frame.type(), frame::toString);
            }
            peer.saysData(0, 1, Load.bytes(9));
            peer.says(WU, 0, 1, 1);
            peer.says(WU, ACK, 3, 0);
            Load.read(stream.input(), 9);
            stream.output().write(6);
            assertEquals(6, peer.seesData(1, 1)[0]);
            assertEquals(5, peer.session.open().id());
            peer.sees(WU, SYN, 5, 0);
            Task.run(() -> {
                Thread.currentThread().interrupt();
                peer.session.close();
                assertTrue(Thread.currentThread().isInterrupted());
            }).get();
            assertFalse(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("T05, T04: an interrupt in the middle of a write: the bytes taken are told, the stream is reset")
    void tearsAWrite() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Void> writing = Task.run(() -> stream.output().write(Load.bytes(WINDOW + 1))).awaitBlocked();
            peer.seesData(1, WINDOW);
            writing.interrupt();
            assertEquals(WINDOW, writing.fails(InterruptedIOException.class).bytesTransferred);
            peer.sees(WU, RST, 1, 0);
        }
    }

    @Test
    @DisplayName("T06: 100,000 virtual threads wait in reads on 1,000 sessions: all get their byte, none pins its carrier")
    void carriesManyReaders() throws Exception {
        int sessions = 1_000;
        int streams = 100;
        CountDownLatch read = new CountDownLatch(sessions * streams);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger pinned = new AtomicInteger();
        List<RawPeer> peers = new ArrayList<>();
        try (RecordingStream events = new RecordingStream()) {
            events.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ofMillis(20));
            events.onEvent("jdk.VirtualThreadPinned", event -> {
                if (String.valueOf(event.getStackTrace()).contains("jyamux.internal")) {
                    pinned.incrementAndGet();
                }
            });
            events.startAsync();
            for (int i = 0; i < sessions; i++) {
                RawPeer peer = new RawPeer(false, 0, Settings.QUIET, Inside.Clock.SYSTEM, 2_048);
                peers.add(peer);
                peer.seesWhatever();
                peer.says(forEach(streams, id -> Frame.header(Frame.WU, SYN, id, 0)));
                for (int n = 0; n < streams; n++) {
                    Stream stream = peer.session.accept();
                    Thread.ofVirtual().start(() -> {
                        try {
                            assertEquals(stream.id() & 0xff, stream.input().read());
                            stream.close();
                        } catch (Throwable e) {
                            failure.set(e);
                        } finally {
                            read.countDown();
                        }
                    });
                }
            }
            for (RawPeer peer : peers) {
                peer.says(forEach(streams, id -> Frame.data(0, id, new byte[] {(byte) id})));
            }
            assertTrue(read.await(100, TimeUnit.SECONDS), () -> read.getCount() + " readers left");
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            events.stop();
            assertEquals(0, pinned.get(), "pinned for 20 ms");
        } finally {
            peers.forEach(peer -> peer.session.abort());
            peers.forEach(RawPeer::close);
        }
    }

    private static byte[] forEach(int streams, IntFunction<byte[]> frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 0; n < streams; n++) {
            all.writeBytes(frame.apply(2 * n + 1));
        }
        return all.toByteArray();
    }

    @Test
    @DisplayName("T07: a stream is closed while other threads are in it: they fail at once, with an error that says so")
    void closesUnderOthers() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 50; i++) {
                int id = 2 * i + 1;
                Stream stream = peer.opens(id);
                Load.write(stream.output(), WINDOW);
                peer.seesData(id, WINDOW);
                Task<Integer> reading = Task.of(() -> stream.input().read());
                Task<Void> writing = Task.run(() -> stream.output().write(1));
                if (i % 2 == 0) {
                    reading.awaitBlocked();
                    writing.awaitBlocked();
                }
                stream.close();
                reading.fails(StreamFinished.class);
                writing.fails(StreamFinished.class);
                peer.sees(WU, FIN, id, 0);
            }
        }
    }

    @Test
    @DisplayName("T08: 10,000 writes and reads each with a timeout of its own: all done, and nothing is left of the timers")
    void leaksNoTimers() throws Exception {
        try (Pair pair = Pair.inMemory(); Pair.Ends stream = pair.open()) {
            Task<Void> writing = Task.run(() -> {
                for (int i = 0; i < 10_000; i++) {
                    stream.client().writeTimeout(Duration.ofSeconds(60 + i));
                    stream.client().output().write(Load.bytes(i, 100));
                }
            });
            for (int i = 0; i < 10_000; i++) {
                stream.server().readTimeout(Duration.ofSeconds(60 + i));
                assertArrayEquals(Load.bytes(i, 100), stream.server().input().readNBytes(100));
            }
            writing.get();
        }
    }

    @Test
    @DisplayName("T09: every error is an IOException of its family, with origin, code and cause")
    void tellsErrorsApart() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(WU, RST, 1, 5);
            peer.settles();
            IOException reset = assertThrows(IOException.class, () -> stream.input().read());
            assertEquals(5, assertInstanceOf(StreamReset.class, reset).code());
            assertInstanceOf(StreamReset.class, reset.getCause()); // the first, whose stack shows where it came from
            assertTrue(String.valueOf(reset.getMessage()).contains("stream 1"), reset::getMessage);
            peer.breaks();
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertInstanceOf(IOException.class, end.getCause());
            assertEquals(Origin.TRANSPORT, end.origin());
        }
    }

    @Test
    @DisplayName("T10: what an observer or an abort action throws: the session ends as an internal error; the other nothing")
    void survivesTheApplication() throws Exception {
        for (Throwable thrown : List.of(new IllegalStateException("of the test"), new StackOverflowError())) {
            SessionObserver observer = new SessionObserver() {
                @Override
                public void frameReceived(FrameType type, int flags, int stream, long length) {
                    if (type == FrameType.PING) {
                        sneak(thrown);
                    }
                }
            };
            try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withObserver(observer))) {
                peer.says(WU, SYN, 1, 0);
                Stream stream = peer.session.accept();
                peer.sees(WU, ACK, 1, 0);
                peer.says(Frame.PING, SYN, 0, 0);
                peer.seesGoAway(2);
                SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
                assertEquals(2, end.code());
                assertEquals(thrown, end.getCause());
            }
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            CountDownLatch ran = new CountDownLatch(2);
            Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
            Thread.setDefaultUncaughtExceptionHandler((_, _) -> ran.countDown());
            try {
                stream.onAbort(() -> {
                    throw new IllegalStateException("of the test");
                });
                stream.onAbort(ran::countDown);
                peer.says(WU, RST, 1, 0);
                assertTrue(ran.await(60, TimeUnit.SECONDS));
            } finally {
                Thread.setDefaultUncaughtExceptionHandler(before);
            }
            peer.opens(3);
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
