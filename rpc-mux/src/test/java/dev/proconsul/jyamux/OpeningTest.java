package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group O, this side's opens.
@ExtendWith(Leaks.class)
@Timeout(120)
class OpeningTest {
    private static final int TEN_THOUSAND = 10_000;

    /// How an open that waits for its acknowledgement stops doing so.
    private enum Settling {
        ACK_COMES {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, ACK, stream.id(), 0);
            }
        },
        DATA_COMES {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                peer.saysData(0, stream.id(), Load.bytes(1));
            }
        },
        FIN_COMES {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, FIN, stream.id(), 0);
            }
        },
        RST_COMES {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, RST, stream.id(), 0);
            }
        },
        CLOSE {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                stream.close();
                peer.sees(WU, FIN, stream.id(), 0);
                peer.says(WU, FIN, stream.id(), 0);
            }
        },
        RESET {
            @Override
            void settle(RawPeer peer, Stream stream) throws IOException {
                stream.reset();
                peer.sees(WU, RST, stream.id(), 0);
            }
        };

        abstract void settle(RawPeer peer, Stream stream) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Settling.class)
    @DisplayName("O13: opens beyond the limit wait until one of those pending is acknowledged, or has ended")
    void limitsUnacknowledgedOpens(Settling how) throws Exception {
        int limit = 3;
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(limit))) {
            Stream first = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            for (int i = 1; i < limit; i++) {
                peer.session.open();
                peer.sees(WU, SYN, 2 * i + 1, 0);
            }
            Task<Stream> next = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.seesNothingElse();
            assertFalse(next.isDone());

            how.settle(peer, first);

            assertEquals(2 * limit + 1, next.get().id());
            peer.sees(WU, SYN, 2 * limit + 1, 0);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("O13, B10: a stream that has finished waits for its ACK still: it is in the peer's backlog")
    void keepsThePermitAfterFinishing() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            Stream first = peer.session.open();
            first.finishWriting();
            peer.sees(WU, SYN, 1, 0);
            peer.sees(WU, FIN, 1, 0);
            Task<Stream> next = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.seesNothingElse();
            assertFalse(next.isDone());
            peer.saysData(FIN, 1, Load.bytes(1));
            next.get();
            peer.sees(WU, SYN, 3, 0);
        }
    }

    /// Ways of ending a stream before it is acknowledged.
    private enum Unacknowledged {
        CLOSED(FIN) {
            @Override
            void end(RawPeer peer, Stream stream) {
                stream.close();
            }
        },
        RESET(RST) {
            @Override
            void end(RawPeer peer, Stream stream) {
                stream.reset();
            }
        },
        RESET_BY_PEER(0) {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, RST, stream.id(), 0);
                assertThrows(StreamReset.class, () -> stream.input().read());
            }
        };

        private final int flags;

        Unacknowledged(int flags) {
            this.flags = flags;
        }

        abstract void end(RawPeer peer, Stream stream) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Unacknowledged.class)
    @DisplayName("O14: 10,000 times open and end before the ACK: opening never blocks, and no permit is lost")
    void givesPermitsBack(Unacknowledged how) throws Exception {
        SessionConfig config = Settings.QUIET.withAcceptBacklog(2).withResetsPerSecond(2 * TEN_THOUSAND);
        try (RawPeer peer = RawPeer.ofClient(config)) {
            for (int i = 0; i < TEN_THOUSAND; i++) {
                int id = 2 * i + 1;
                Stream stream = peer.session.open();
                peer.sees(WU, SYN, id, 0);
                how.end(peer, stream);
                if (how.flags != 0) {
                    peer.sees(WU, how.flags, id, 0);
                }
                if (how == Unacknowledged.CLOSED) {
                    peer.says(WU, FIN, id, 0);
                }
            }
            peer.seesNothingElse();
            assertEquals(0, peer.inside().pendingOpens());
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("O15, T05: a blocked open that is interrupted: no permit lost, the peer has seen nothing")
    void canBeInterrupted() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            Task<Stream> blocked = Task.of(() -> peer.session.open()).awaitBlocked();
            blocked.interrupt();
            blocked.fails(InterruptedIOException.class);
            peer.seesNothingElse();
            assertEquals(1, peer.session.openStreams());

            peer.says(WU, ACK, 1, 0);
            assertEquals(3, peer.session.open().id());
            peer.sees(WU, SYN, 3, 0);
        }
    }

    @Test
    @DisplayName("O13: an open that waits no longer than it may: no permit lost, the peer has seen nothing")
    void canBeLimitedInTime() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            assertEquals(1, peer.session.open(Duration.ZERO).id());
            peer.sees(WU, SYN, 1, 0);
            long start = System.nanoTime();
            assertThrows(SocketTimeoutException.class, () -> peer.session.open(Duration.ofMillis(30)));
            assertTrue(System.nanoTime() - start >= Duration.ofMillis(30).toNanos());
            assertThrows(SocketTimeoutException.class, () -> peer.session.open(Duration.ZERO));
            peer.seesNothingElse();
            assertEquals(1, peer.session.openStreams());
            assertEquals(1, peer.inside().pendingOpens());

            Task<Stream> blocked = Task.of(() -> peer.session.open(Task.PATIENCE)).awaitBlocked();
            peer.says(WU, ACK, 1, 0);
            assertEquals(3, blocked.get().id());
            peer.sees(WU, SYN, 3, 0);
        }
    }

    @Test
    @DisplayName("O16: open when the transport cannot write: an exception, then nothing is left of it")
    void leavesNothingWhenTheTransportFails() throws Exception {
        try (RawPeer peer = RawPeer.ofClient()) {
            peer.breaks();
            assertThrows(SessionClosed.class, () -> {
                while (true) { // the failure shows when the writer has run
                    peer.session.open().close();
                }
            });
            // the writer's thread ends them one after the other, and may be at it still
            Task.until(() -> peer.session.openStreams() == 0 && peer.inside().pendingOpens() == 0);
        }
    }

    @Test
    @DisplayName("O17: ACK twice, for a stream never opened, from the opener: ignored, permits are right")
    void ignoresNeedlessAcks() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(2))) {
            peer.session.open();
            peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            peer.sees(WU, SYN, 3, 0);
            for (int i = 0; i < 6; i++) {
                peer.says(WU, ACK, 1, 0); // hashicorp's implementation counts each of them
            }
            peer.says(WU, ACK, 77, 0);
            peer.seesNothingElse();
            assertEquals(1, peer.inside().pendingOpens());
            peer.session.open();
            peer.sees(WU, SYN, 5, 0);
            Task<Stream> blocked = Task.of(() -> peer.session.open()).awaitBlocked();
            assertFalse(blocked.isDone());
            blocked.interrupt();
            blocked.fails(InterruptedIOException.class);

            peer.says(WU, SYN, 2, 0);
            peer.says(WU, ACK, 2, 0);
            assertEquals(2, peer.session.accept().id());
            peer.sees(WU, ACK, 2, 0);
        }
    }

    @Test
    @DisplayName("O18: a peer that never ACKs: RST after the open timeout, the session lives")
    void givesUpAnOpening() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(true, Settings.QUIET.withAcceptBacklog(1), clock)) {
            Stream first = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            Task<Stream> second = Task.of(() -> peer.session.open()).awaitBlocked();
            clock.advanceSeconds(74);
            peer.seesNothingElse();
            clock.advanceSeconds(1);
            peer.sees(WU, RST, 1, 0);
            assertEquals(Origin.LOCAL, assertThrows(StreamReset.class, () -> first.input().read()).origin());
            second.get().close();
            peer.sees(WU, SYN, 3, 0);
            peer.sees(WU, FIN, 3, 0);
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("O22: the last number is used, then \"used up\"; open streams go on")
    void runsOutOfNumbers() throws Exception {
        for (boolean client : new boolean[] {true, false}) {
            int last = client ? 0xffff_fffd : 0xffff_fffc;
            try (RawPeer peer = new RawPeer(client, last - 2, Settings.PLAIN, Inside.Clock.SYSTEM, 1 << 20)) {
                Stream stream = peer.session.open();
                assertEquals(last, peer.session.open().id());
                OpenRefused refused = assertThrows(OpenRefused.class, () -> peer.session.open());
                assertEquals(Origin.LOCAL, refused.origin());
                assertTrue(String.valueOf(refused.getMessage()).contains("used up"), refused::getMessage);
                assertEquals(List.of(new Frame(WU, SYN, last - 2, 0), new Frame(WU, SYN, last, 0)), peer.settles());

                stream.output().write(1);
                assertEquals(1, peer.seesData(last - 2, 1)[0]);
            }
        }
    }

    @Test
    @DisplayName("O26: open after the peer's go away fails at once, waiting or not")
    void obeysGoAway() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            Stream open = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            Task<Stream> blocked = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, 0);
            assertEquals(Origin.REMOTE, blocked.fails(OpenRefused.class).origin());
            assertEquals(Origin.REMOTE, assertThrows(OpenRefused.class, () -> peer.session.open()).origin());
            peer.says(WU, ACK, 1, 0);
            open.output().write(7);
            assertEquals(7, peer.seesData(1, 1)[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("O11: both ends of one role: both sessions end with a clear error")
    void refusesItsOwnKind(boolean clients) throws Exception {
        Wire.Ends ends = Wire.memory(1 << 16);
        Inside one = Pair.start(clients, ends.client(), Settings.PLAIN, Inside.Clock.SYSTEM);
        Inside other = Pair.start(clients, ends.server(), Settings.PLAIN, Inside.Clock.SYSTEM);
        try (Session first = one.session(); Session second = other.session()) {
            Task<Stream> accepting = Task.of(second::accept);
            Stream stream = first.open();

            SessionClosed there = accepting.fails(SessionClosed.class);
            assertEquals(Origin.LOCAL, there.origin());
            assertTrue(String.valueOf(there.getMessage()).contains("expected an"), there::getMessage);
            SessionClosed here = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertEquals(Origin.REMOTE, here.origin());
            assertEquals(1, here.code());
        }
    }

    @Test
    @DisplayName("O05, D18: credit that comes with the ACK is used")
    void usesCreditOfTheAck() throws Exception {
        int more = 786_432;
        try (RawPeer peer = RawPeer.ofClient()) {
            Stream stream = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            peer.says(WU, ACK, 1, more);
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), WINDOW + more + 1));
            peer.seesData(1, WINDOW + more);
            peer.seesNothingElse();
            assertFalse(writing.isDone());
            peer.says(WU, 0, 1, 1);
            peer.seesData(1, 1);
            writing.get();
        }
    }

    @Test
    @DisplayName("O06: ACK with FIN, ACK with RST, ACK on data, ACK with data and FIN")
    void takesAllCombinationsWithAck() throws Exception {
        try (RawPeer peer = RawPeer.ofClient()) {
            Stream stream = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            peer.says(WU, ACK | FIN, 1, 0);
            assertEquals(-1, stream.input().read());
            stream.output().write(5);
            assertEquals(5, peer.seesData(1, 1)[0]);

            Stream reset = peer.session.open();
            peer.sees(WU, SYN, 3, 0);
            peer.says(WU, ACK | RST, 3, 0);
            assertEquals(Origin.REMOTE, assertThrows(StreamReset.class, () -> reset.input().read()).origin());

            Stream answered = peer.session.open();
            peer.sees(WU, SYN, 5, 0);
            peer.says(Frame.data(ACK | FIN, 5, Load.bytes(9)));
            Load.readToTheEnd(answered.input(), 9);

            Stream empty = peer.session.open();
            peer.sees(WU, SYN, 7, 0);
            peer.says(DATA, ACK | FIN, 7, 0);
            assertEquals(-1, empty.input().read());
            assertEquals(0, peer.inside().pendingOpens());
        }
    }
}
