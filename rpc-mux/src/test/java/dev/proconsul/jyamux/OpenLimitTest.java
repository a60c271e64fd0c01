package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The matrix's group O, the most streams of this side that may be open.
@ExtendWith(Leaks.class)
@Timeout(120)
class OpenLimitTest {
    private static final int LIMIT = 3;
    private static final SessionConfig LIMITED = Settings.PLAIN.withMaxOutboundStreams(LIMIT);

    /// The ways that an acknowledged stream ends while its session lives.
    private enum Ending {
        CLOSED_HERE_FIRST {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.close();
                peer.sees(WU, FIN, stream.id(), 0);
                assertFull(peer); // half closed is still open
                peer.says(WU, FIN, stream.id(), 0);
            }
        },
        CLOSED_THERE_FIRST {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, FIN, stream.id(), 0);
                assertEquals(-1, stream.input().read());
                assertFull(peer);
                stream.close();
                peer.sees(WU, FIN, stream.id(), 0);
            }
        },
        RESET_HERE {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.reset();
                peer.sees(WU, RST, stream.id(), 0);
            }
        },
        RESET_THERE {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, RST, stream.id(), 0);
            }
        };

        abstract void end(RawPeer peer, Stream stream) throws IOException;
    }

    private static void assertFull(RawPeer peer) {
        SocketTimeoutException failure =
                assertThrows(SocketTimeoutException.class, () -> peer.session.open(Duration.ZERO));
        String expected = "open timed out: " + peer.session.openStreams()
                + " streams of this side are open, the limit is maxOutboundStreams";
        assertEquals(expected, failure.getMessage());
    }

    private static List<Stream> fill(RawPeer peer) throws IOException {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            streams.add(peer.isOpened(2 * i + 1));
        }
        return streams;
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    @DisplayName("O24: an open beyond the limit waits, or fails in time and says why; each end lets one in")
    void limitsOpenStreams(Ending how) throws Exception {
        try (RawPeer peer = RawPeer.ofClient(LIMITED)) {
            List<Stream> streams = fill(peer);
            assertFull(peer);
            Task<Stream> next = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.seesNothingElse();
            assertFalse(next.isDone());

            how.end(peer, streams.getFirst());

            assertEquals(2 * LIMIT + 1, next.get().id());
            peer.sees(WU, SYN, 2 * LIMIT + 1, 0);
            streams.getFirst().reset(); // it has ended, and gives nothing back again
            streams.getFirst().close();
            peer.says(WU, RST, 1, 0);
            peer.seesNothingElse();
            assertEquals(LIMIT, peer.session.openStreams());
            assertFull(peer);
        }
    }

    @Test
    @DisplayName("O24: a stream that is overdue, unacknowledged or not finished by the peer, gives its place back")
    void givesBackOverduePlaces() throws Exception {
        ManualClock clock = new ManualClock();
        SessionConfig config = Settings.QUIET.withMaxOutboundStreams(1).withCloseTimeout(Duration.ofSeconds(100));
        try (RawPeer peer = new RawPeer(true, config, clock)) {
            peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            Task<Stream> second = Task.of(() -> peer.session.open()).awaitBlocked();
            clock.advanceSeconds(75);
            peer.sees(WU, RST, 1, 0);
            Stream closed = second.get();
            peer.sees(WU, SYN, 3, 0);
            peer.says(WU, ACK, 3, 0);
            closed.close();
            peer.sees(WU, FIN, 3, 0);
            Task<Stream> third = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.seesNothingElse();
            assertFalse(third.isDone());
            clock.advanceSeconds(100);
            peer.sees(WU, RST, 3, 0);
            assertEquals(5, third.get().id());
        }
    }

    @Test
    @DisplayName("O24, O13: an open needs a place and a permit, and says which of them it had not")
    void needsPlaceAndPermit() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withMaxOutboundStreams(2).withAcceptBacklog(1))) {
            Stream first = peer.isOpened(1);
            peer.session.open();
            peer.sees(WU, SYN, 3, 0);
            assertFull(peer);
            Task<Stream> next = Task.of(() -> peer.session.open()).awaitBlocked();
            first.reset();
            peer.sees(WU, RST, 1, 0);
            SocketTimeoutException failure =
                    assertThrows(SocketTimeoutException.class, () -> peer.session.open(Duration.ZERO));
            assertEquals("open timed out: 1 streams are not acknowledged, the limit is acceptBacklog",
                    failure.getMessage());
            peer.seesNothingElse();
            assertFalse(next.isDone());
            peer.says(WU, ACK, 3, 0);
            assertEquals(5, next.get().id());
            peer.sees(WU, SYN, 5, 0);
            assertFull(peer);
        }
    }

    @Test
    @DisplayName("O24, O15: an open that waits for a place and is interrupted, or is out of time, takes none")
    void canBeCancelled() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(LIMITED)) {
            List<Stream> streams = fill(peer);
            Task<Stream> interrupted = Task.of(() -> peer.session.open()).awaitBlocked();
            interrupted.interrupt();
            interrupted.fails(InterruptedIOException.class);
            assertThrows(SocketTimeoutException.class, () -> peer.session.open(Duration.ofMillis(5)));
            peer.seesNothingElse();

            streams.getLast().reset();
            peer.sees(WU, RST, 2 * LIMIT - 1, 0);
            assertEquals(2 * LIMIT + 1, peer.session.open(Duration.ZERO).id());
            peer.sees(WU, SYN, 2 * LIMIT + 1, 0);
            assertFull(peer);
        }
    }

    @Test
    @DisplayName("O22, O24: whoever waits for a place when the last number goes is told")
    void tellsThatNumbersAreUsedUp() throws Exception {
        int last = 0xffff_fffd;
        SessionConfig config = Settings.PLAIN.withMaxOutboundStreams(1);
        try (RawPeer peer = new RawPeer(true, last - 2, config, Inside.Clock.SYSTEM, 1 << 20)) {
            Stream first = peer.isOpened(last - 2);
            List<Task<Stream>> waiting = List.of(
                    Task.of(() -> peer.session.open()).awaitBlocked(),
                    Task.of(() -> peer.session.open()).awaitBlocked(),
                    Task.of(() -> peer.session.open()).awaitBlocked());
            first.reset();

            List<Boolean> opened = new ArrayList<>();
            for (Task<Stream> one : waiting) {
                try {
                    opened.add(one.get().id() == last);
                } catch (OpenRefused e) {
                    assertEquals(Origin.LOCAL, e.origin());
                }
            }
            assertEquals(List.of(true), opened);
        }
    }

    @Test
    @DisplayName("O24: streams of the peer take no place, and give none back")
    void countsOwnStreamsOnly() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withMaxOutboundStreams(1))) {
            Stream theirs = peer.opens(2);
            peer.opens(4);
            peer.isOpened(1);
            theirs.reset();
            peer.sees(WU, RST, 2, 0);
            peer.says(WU, RST, 4, 0);
            peer.seesNothingElse();
            assertEquals(1, peer.session.openStreams());
            assertFull(peer);
        }
    }

    @Test
    @DisplayName("O24, S11: the peer's go away and the end of the session wake who waits for a place")
    void wakesWhoWaits() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(LIMITED)) {
            fill(peer);
            Task<Stream> going = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, 0);
            assertEquals(Origin.REMOTE, going.fails(OpenRefused.class).origin());
        }
        try (RawPeer peer = RawPeer.ofClient(LIMITED)) {
            fill(peer);
            Task<Stream> ending = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.session.abort();
            assertEquals(Origin.LOCAL, ending.fails(SessionClosed.class).origin());
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("O24, C01: opens by many threads, ended in every way by both sides at once, never exceed the limit")
    void holdsUnderLoad() throws Exception {
        int most = 8;
        int threads = 32;
        int rounds = 200;
        SessionConfig config = Settings.PLAIN.withResetsPerSecond(1 << 20).withEmptyFramesPerSecond(1 << 20);
        try (Pair pair = new Pair(Wire.memory(1 << 20), config.withMaxOutboundStreams(most), config)) {
            Task<Void> answering = Task.run(() -> {
                for (int i = 0; true; i++) { // how many will come is not known: some are reset before
                    endSomehow(pair.server.accept(), i);
                }
            });
            List<Task<Void>> opening = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int seed = i;
                opening.add(Task.run(() -> {
                    for (int round = 0; round < rounds; round++) {
                        Stream stream = pair.client.open();
                        int open = pair.client.openStreams();
                        assertTrue(open <= most, () -> open + " are open");
                        endSomehow(stream, seed + round);
                    }
                }));
            }
            for (Task<Void> one : opening) {
                one.get();
            }
            Task.until(() -> pair.client.openStreams() == 0);
            answering.interrupt();
            answering.fails(InterruptedIOException.class);

            for (int i = 0; i < most; i++) {
                pair.client.open(Task.PATIENCE); // a place comes back a moment after its stream has left the table
            }
            assertThrows(SocketTimeoutException.class, () -> pair.client.open(Duration.ZERO));
        }
    }

    private static void endSomehow(Stream stream, int number) {
        switch (number % 3) {
            case 0 -> stream.reset();
            case 1 -> stream.close();
            default -> {
                stream.finishWriting();
                stream.close();
            }
        }
    }
}
