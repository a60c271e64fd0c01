package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameTracer;
import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.SessionObserver;
import dev.proconsul.jyamux.SessionStatistics;
import dev.proconsul.jyamux.Stream;
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
import org.junit.jupiter.api.io.TempDir;

/// What somebody who watches a session gets to know.
@Timeout(30)
class ObservingTest {
    private static SessionConfig observed(SessionObserver observer) {
        return SessionConfig.DEFAULT.withObserver(observer);
    }

    @Test
    @DisplayName("The tracer prints the dialogue, both directions, in words")
    void printsTheDialogue() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ended = new CountDownLatch(8);
        FrameTracer tracer = new FrameTracer(line -> {
            lines.add(line);
            ended.countDown();
        }, () -> 0);
        try (RawPeer peer = new RawPeer(Role.SERVER, observed(tracer), Ticker.SYSTEM)) {
            peer.saysData(Flags.SYN | Flags.FIN, 1, new byte[3]);
            Stream stream = peer.session.accept();
            assertEquals(3, stream.input().readAllBytes().length);
            stream.output().write(new byte[2]);
            peer.seesData(1, 2);
            stream.close();
            peer.sees(RawPeer.WU, Flags.FIN, 1, 0);
            peer.says(RawPeer.WU, Flags.RST | 0x100, 9, 5);
            peer.seesNothingElse();
        }

        assertTrue(ended.await(5, TimeUnit.SECONDS));
        assertEquals(List.of(
                "     0.000 ms  < DATA stream 1 SYN+FIN 3 bytes",
                "     0.000 ms  > DATA stream 1 2 bytes",
                "     0.000 ms  > WINDOW_UPDATE stream 1 FIN credit 0",
                "     0.000 ms  < WINDOW_UPDATE stream 9 RST+0x100 code 5",
                "     0.000 ms  < PING SYN number 32343",
                "     0.000 ms  > PING ACK number 32343",
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
        try (RawPeer peer = new RawPeer(Role.SERVER, observed(observer).withMaxInboundStreams(1), Ticker.SYSTEM)) {
            peer.says(RawPeer.WU, Flags.SYN, 1, 0);
            Stream stream = peer.session.accept();
            peer.sees(RawPeer.WU, Flags.ACK, 1, 0);
            peer.says(RawPeer.WU, Flags.SYN, 3, 0);
            peer.sees(RawPeer.WU, Flags.RST, 3, 0);
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    stream.output().write(new byte[Inbound.WINDOW + 1]);
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            peer.seesData(1, Inbound.WINDOW);
            peer.says(RawPeer.WU, 0, 1, 1);
            peer.seesData(1, 1);
            writer.join();
            Thread asking = Thread.startVirtualThread(() -> {
                try {
                    peer.session.ping();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            peer.sees(RawPeer.PING, Flags.SYN, 0, 0);
            peer.says(RawPeer.PING, Flags.ACK, 0, 0);
            asking.join();

            assertTrue(stalled.await(5, TimeUnit.SECONDS));
            assertTrue(refused.await(5, TimeUnit.SECONDS));
            assertTrue(roundTrip.await(5, TimeUnit.SECONDS));
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
            try (RawPeer peer = new RawPeer(Role.SERVER, observed(observer).withMaxInboundStreams(1), Ticker.SYSTEM)) {
                peer.says(RawPeer.WU, Flags.SYN, 1, 0);
                peer.session.accept().reset();
                peer.says(RawPeer.WU, Flags.SYN, 3, 0);
                peer.says(RawPeer.WU, Flags.SYN, 5, 0);
                peer.sees(RawPeer.WU, Flags.ACK, 1, 0);
                peer.sees(RawPeer.WU, Flags.RST, 1, 0);
                peer.sees(RawPeer.WU, Flags.RST, 5, 0);
            }
            assertTrue(ended.await(5, TimeUnit.SECONDS));
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
