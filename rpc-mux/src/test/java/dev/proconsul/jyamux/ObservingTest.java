package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
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
    @DisplayName("Stalls, refusals, round trips and window sizes reach the observer and the statistics")
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

    @Test
    @DisplayName("The flight recorder gets the end of a session, with what it carried, and refused streams")
    void recordsEvents(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("jyamux.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.proconsul.jyamux.SessionEnd");
            recording.enable("dev.proconsul.jyamux.StreamRefusal");
            recording.start();
            CountDownLatch ended = new CountDownLatch(1);
            SessionObserver observer = new SessionObserver() {
                @Override
                public void ended(SessionClosed reason) {
                    ended.countDown();
                }
            };
            try (RawPeer peer = RawPeer.ofServer(observed(observer).withMaxInboundStreams(1))) {
                peer.says(Frame.WU, Frame.SYN, 1, 0);
                peer.session.accept().reset();
                peer.sees(Frame.WU, Frame.ACK, 1, 0);
                peer.sees(Frame.WU, Frame.RST, 1, 0); // before the refusal can overtake it
                peer.says(Frame.WU, Frame.SYN, 3, 0);
                peer.says(Frame.WU, Frame.SYN, 5, 0);
                peer.sees(Frame.WU, Frame.RST, 5, 0);
            }
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            recording.stop();
            recording.dump(file);
        }

        Map<String, List<RecordedEvent>> events = RecordingFile.readAllEvents(file).stream()
                .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
        RecordedEvent end = events.get("dev.proconsul.jyamux.SessionEnd").getLast();
        assertEquals("the session was closed by this side", end.getString("reason"));
        assertEquals(2, end.getLong("streams"));
        assertEquals(36, end.getLong("bytesReceived"));
        RecordedEvent refusal = events.get("dev.proconsul.jyamux.StreamRefusal").getFirst();
        assertEquals("5", refusal.getString("stream"));
        assertFalse(refusal.getString("session").isEmpty());
    }
}
