package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What somebody who watches a session gets to know.
@ExtendWith(Leaks.class)
@Timeout(120)
class ObservingTest {
    private static SessionConfig observed(SessionObserver observer) {
        return SessionConfig.DEFAULT.withObserver(observer);
    }

    @Test
    @DisplayName("The tracer prints the dialogue, both directions, in words")
    void printsTheDialogue() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ended = new CountDownLatch(10);
        FrameTracer tracer = new FrameTracer(line -> {
            lines.add(line);
            ended.countDown();
        }, () -> 0);
        try (RawPeer peer = RawPeer.ofServer(observed(tracer))) {
            peer.saysData(Frame.SYN | Frame.FIN, 1, new byte[3]);
            Stream stream = peer.session.accept();
            assertEquals(3, stream.input().readAllBytes().length);
            stream.output().write(new byte[2]);
            peer.seesData(1, 2);
            stream.close();
            peer.sees(Frame.WU, Frame.FIN, 1, 0);
            peer.says(Frame.WU, Frame.RST | 0x100, 9, 5);
            peer.seesNothingElse();
        }

        assertTrue(ended.await(60, TimeUnit.SECONDS));
        assertEquals(List.of(
                "     0.000 ms  < DATA stream 1 SYN+FIN 3 bytes",
                "     0.000 ms  > DATA stream 1 2 bytes",
                "     0.000 ms  > WINDOW_UPDATE stream 1 FIN credit 0",
                "     0.000 ms  < WINDOW_UPDATE stream 9 RST+0x100 code 5",
                "     0.000 ms  < PING SYN number 32343",
                "     0.000 ms  > PING ACK number 32343",
                "     0.000 ms  < PING SYN number 32344",
                "     0.000 ms  > PING ACK number 32344",
                "     0.000 ms  > GO_AWAY code 0",
                "     0.000 ms  = session ended: the session was closed by this side"), List.copyOf(lines));
    }

    @Test
    @DisplayName("A wait for room that is interrupted was a stall as well")
    void countsStallsThatAreInterrupted() throws Exception {
        int most = Settings.QUIET.maxFrame();
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET.withOutputBuffer(most), Inside.Clock.SYSTEM, 64)) {
            Stream stream = peer.opens(1);
            stream.output().write(new byte[most]); // one round is on its way, and comes no further
            Task.until(() -> peer.unseen() == 64);
            stream.output().write(new byte[most]); // the next is full
            assertEquals(0, peer.session.statistics().stalls());
            Task<Void> writing = Task.run(() -> stream.output().write(1)).awaitBlocked();
            writing.interrupt();
            writing.fails(InterruptedIOException.class);
            assertEquals(1, peer.session.statistics().stalls());
        }
    }

    @Test
    @DisplayName("Stalls, refusals and round trips reach the observer and the statistics")
    void tellsTheObserver() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch roundTrip = new CountDownLatch(1);
        AtomicInteger frames = new AtomicInteger();
        SessionObserver observer = new SessionObserver() {
            @Override
            public void stalled(int stream, Duration time) {
                stalled.countDown();
            }

            @Override
            public void streamRefused(int stream) {
                refused.countDown();
            }

            @Override
            public void roundTrip(Duration time) {
                roundTrip.countDown();
            }

            @Override
            public void frameSent(FrameType type, int flags, int stream, long length) {
                frames.incrementAndGet();
            }
        };
        try (RawPeer peer = RawPeer.ofServer(observed(observer).withMaxInboundStreams(1))) {
            peer.says(Frame.WU, Frame.SYN, 1, 0);
            Stream stream = peer.session.accept();
            peer.sees(Frame.WU, Frame.ACK, 1, 0);
            peer.says(Frame.WU, Frame.SYN, 3, 0);
            peer.sees(Frame.WU, Frame.RST, 3, 0);
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    stream.output().write(new byte[Frame.WINDOW + 1]);
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            peer.seesData(1, Frame.WINDOW);
            while (writer.getState() != Thread.State.WAITING && !Thread.interrupted()) {
                Thread.onSpinWait(); // credit that comes before it waits is no stall
            }
            peer.says(Frame.WU, 0, 1, 1);
            peer.seesData(1, 1);
            writer.join();
            Thread asking = Thread.startVirtualThread(() -> {
                try {
                    peer.session.ping();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            peer.sees(Frame.PING, Frame.SYN, 0, 0);
            peer.says(Frame.PING, Frame.ACK, 0, 0);
            asking.join();

            assertTrue(stalled.await(60, TimeUnit.SECONDS));
            assertTrue(refused.await(60, TimeUnit.SECONDS));
            assertTrue(roundTrip.await(60, TimeUnit.SECONDS));
            assertEquals(0, frames.get(), "frames that nobody asked to see");
            SessionStatistics statistics = peer.session.statistics();
            assertEquals(1, statistics.streamsRefused());
            assertEquals(1, statistics.openStreams());
            assertTrue(statistics.stalls() > 0);
            assertTrue(statistics.roundTrip().isPositive());
            stream.reset();
        }
    }

    private static final Duration DISTANCE = Duration.ofMillis(20);

    /// Windows that may grow to three times their start, and a budget that nobody else uses up.
    private static SessionConfig growing(SessionObserver observer) {
        return Settings.QUIET.withMaxStreamWindow(3 * WINDOW).withWindowBudget(new WindowBudget(1 << 30))
                .withObserver(observer);
    }

    private static void measure(RawPeer peer, ManualClock clock) throws Exception {
        Task<Duration> asking = Task.of(peer.session::ping);
        peer.sees(PING, SYN, 0, 0);
        clock.advance(DISTANCE);
        peer.says(PING, ACK, 0, 0);
        assertEquals(DISTANCE, asking.get());
        peer.seesNothingElse(); // who asked may be told before those who watch
    }

    private static void consume(RawPeer peer, Stream stream, int length) throws IOException {
        peer.saysData(0, stream.id(), Load.bytes(length));
        Load.read(stream.input(), length);
    }

    /// Stream 1 is read without a pause, each time up to the next grant; then it rests, and is read again.
    private static void growAndShrink(RawPeer peer, ManualClock clock) throws Exception {
        Stream stream = peer.opens(1);
        measure(peer, clock);
        consume(peer, stream, WINDOW / 2); // the time before the first byte does not count: no growth
        peer.sees(WU, 0, 1, WINDOW / 2);
        consume(peer, stream, WINDOW / 2);
        peer.sees(WU, 0, 1, WINDOW / 2 + WINDOW);
        consume(peer, stream, WINDOW);
        peer.sees(WU, 0, 1, WINDOW + WINDOW); // to the limit, short of double
        consume(peer, stream, WINDOW * 3 / 2);
        peer.sees(WU, 0, 1, WINDOW * 3 / 2);

        clock.advanceSeconds(20); // twice what makes a rest: the time keeper looks now and then only
        clock.awaitSleeper();
        consume(peer, stream, WINDOW * 3 / 2);
        peer.seesNothingElse(); // the window shrinks by all of it
        consume(peer, stream, WINDOW * 3 / 4);
        peer.sees(WU, 0, 1, WINDOW / 4);
    }

    private static final List<Integer> SIZES = List.of(2 * WINDOW, 3 * WINDOW, WINDOW * 3 / 2, WINDOW);

    @Test
    @DisplayName("D19: the observer is told the stream and its new window whenever that has grown or shrunk")
    void tellsOfWindows() throws Exception {
        List<Integer> streams = Collections.synchronizedList(new ArrayList<>());
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        SessionObserver observer = new SessionObserver() {
            @Override
            public void windowChanged(int stream, int bytes) {
                streams.add(stream);
                sizes.add(bytes);
            }
        };
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, growing(observer), clock)) {
            growAndShrink(peer, clock);
        }
        assertEquals(List.of(1, 1, 1, 1), List.copyOf(streams));
        assertEquals(SIZES, List.copyOf(sizes));
    }

    /// The flight recorder, from here to the first question what it has got.
    private static final class Recorder implements AutoCloseable {
        private static final String PREFIX = "dev.proconsul.jyamux.";

        private final Recording recording = new Recording();
        private final Path file;

        Recorder(Path directory, String... kinds) {
            file = directory.resolve("jyamux.jfr");
            for (String kind : kinds) {
                recording.enable(PREFIX + kind);
            }
            recording.start();
        }

        /// {@return what that session has left of that kind, oldest first}
        List<RecordedEvent> events(Session session, String kind) throws IOException {
            if (recording.getState() == RecordingState.RUNNING) {
                recording.stop();
                recording.dump(file);
            }
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(PREFIX + kind))
                    .filter(event -> event.getString("session").equals(session.toString()))
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .toList();
        }

        @Override
        public void close() {
            recording.close();
        }
    }

    @Test
    @DisplayName("The flight recorder gets the end of a session, with what it carried, and refused streams")
    void recordsEvents(@TempDir Path directory) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        SessionObserver observer = new SessionObserver() {
            @Override
            public void ended(SessionClosed reason) {
                ended.countDown();
            }
        };
        try (Recorder recorder = new Recorder(directory, "SessionEnd", "StreamRefusal")) {
            Session session;
            try (RawPeer peer = RawPeer.ofServer(observed(observer).withMaxInboundStreams(1))) {
                session = peer.session;
                peer.says(WU, SYN, 1, 0);
                session.accept().reset();
                peer.sees(WU, ACK, 1, 0);
                peer.sees(WU, Frame.RST, 1, 0); // before the refusal can overtake it
                peer.says(WU, SYN, 3, 0);
                peer.says(WU, SYN, 5, 0);
                peer.sees(WU, Frame.RST, 5, 0);
            }
            assertTrue(ended.await(60, TimeUnit.SECONDS));

            RecordedEvent end = recorder.events(session, "SessionEnd").getLast();
            assertEquals("the session was closed by this side", end.getString("reason"));
            assertEquals(2, end.getLong("streams"));
            assertEquals(36, end.getLong("bytesReceived"));
            assertEquals(List.of("5"), streams(recorder.events(session, "StreamRefusal")));
        }
    }

    private static List<String> streams(List<RecordedEvent> events) {
        return events.stream().map(event -> event.getString("stream")).toList();
    }

    @Test
    @DisplayName("The flight recorder gets the new size of a window that has grown or shrunk")
    void recordsWindows(@TempDir Path directory) throws Exception {
        ManualClock clock = new ManualClock();
        try (Recorder recorder = new Recorder(directory, "WindowChange");
                RawPeer peer = new RawPeer(false, growing(SessionObserver.NONE), clock)) {
            growAndShrink(peer, clock);

            List<RecordedEvent> changes = recorder.events(peer.session, "WindowChange");
            assertEquals(List.of("1", "1", "1", "1"), streams(changes));
            assertEquals(SIZES, changes.stream().map(event -> Math.toIntExact(event.getLong("bytes"))).toList());
        }
    }

    @Test
    @DisplayName("The flight recorder gets each wait of a write, with its length, from the thread that waited")
    void recordsStalls(@TempDir Path directory) throws Exception {
        try (Recorder recorder = new Recorder(directory, "WriteStall");
                RawPeer peer = RawPeer.ofServer(Settings.QUIET)) {
            Stream stream = peer.opens(1);
            Load.write(stream.output(), WINDOW);
            peer.seesData(1, WINDOW);
            Task<Long> writing = Task.of(() -> {
                stream.output().write(1);
                return Thread.currentThread().threadId();
            }).awaitBlocked();
            peer.says(WU, 0, 1, 1);
            peer.seesData(1, 1);
            long writer = writing.get();

            List<RecordedEvent> stalls = recorder.events(peer.session, "WriteStall");
            assertEquals(peer.session.statistics().stalls(), stalls.size()); // the first write may have waited for room
            assertEquals(Set.of("1"), Set.copyOf(streams(stalls)));
            RecordedEvent stall = stalls.getLast();
            assertEquals(writer, stall.getThread().getJavaThreadId());
            assertTrue(stall.getDuration().isPositive(), stall::toString);
        }
    }

    @Test
    @DisplayName("The flight recorder gets each round trip that was measured")
    void recordsRoundTrips(@TempDir Path directory) throws Exception {
        ManualClock clock = new ManualClock();
        try (Recorder recorder = new Recorder(directory, "RoundTrip");
                RawPeer peer = new RawPeer(false, Settings.QUIET, clock)) {
            measure(peer, clock);

            assertEquals(List.of(DISTANCE), recorder.events(peer.session, "RoundTrip").stream()
                    .map(event -> event.getDuration("time")).toList());
        }
    }
}
