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
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group S.
@ExtendWith(Leaks.class)
@Timeout(120)
class LifecycleTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(30);

    @Test
    @DisplayName("S01: drain: go away, open streams finish, new ones are refused, then the connection closes")
    void drains() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Boolean> draining = Task.of(() -> peer.session.drain(LONG));
            peer.sees(GO_AWAY, 0, 0, 0);
            peer.says(WU, SYN, 3, 0);
            peer.sees(WU, RST, 3, 0);
            peer.saysData(FIN, 1, Load.bytes(10));
            Load.readToTheEnd(stream.input(), 10);
            Load.write(stream.output(), 10);
            stream.close();
            peer.seesData(1, 10);
            peer.sees(WU, FIN, 1, 0);
            peer.seesTheEnd();
            assertTrue(draining.get());
        }
    }

    @Test
    @DisplayName("S02: the patience of a drain is over: the remaining streams end with an error, the connection closes")
    void endsADrain() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            assertFalse(peer.session.drain(SHORT));
            assertEquals(Origin.LOCAL, reading.fails(SessionClosed.class).origin());
            List<Frame> seen = peer.seesAll();
            assertEquals(new Frame(GO_AWAY, 0, 0, 0), seen.getFirst());
            assertFalse(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("S01: a drain that is interrupted closes the session without more patience")
    void interruptsADrain() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.opens(1);
            Task<Boolean> draining = Task.of(() -> peer.session.drain(LONG)).awaitBlocked();
            draining.interrupt();
            draining.fails(java.io.InterruptedIOException.class);
            Task.until(() -> !peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("S03, B16, B25: 10,000 times: write, close the stream, close the session at once: all bytes, FIN, go away")
    void loosesNothing() throws Exception {
        for (int round = 0; round < 10_000; round++) {
            int writes = round % 7;
            try (RawPeer peer = new RawPeer(true, 0, Settings.PLAIN, Inside.Clock.SYSTEM,
                    1 << 12)) {
                Stream stream = peer.session.open();
                for (int i = 0; i < writes; i++) {
                    stream.output().write(Load.bytes(10 * i, 10));
                }
                stream.close();
                Task<Void> closing = Task.run(peer.session::close);
                peer.sees(WU, SYN, 1, 0);
                peer.seesData(1, 10 * writes);
                peer.sees(WU, FIN, 1, 0);
                peer.seesGoAway(0);
                closing.get();
            }
        }
    }

    /// Calls that wait.
    private enum Waiting {
        OPEN {
            @Override
            void call(Session session, Stream stream) throws IOException {
                session.open();
            }
        },
        ACCEPT {
            @Override
            void call(Session session, Stream stream) throws IOException {
                session.accept();
            }
        },
        PING {
            @Override
            void call(Session session, Stream stream) throws IOException {
                session.ping();
            }
        },
        READ {
            @Override
            void call(Session session, Stream stream) throws IOException {
                stream.input().read();
            }
        },
        WRITE {
            @Override
            void call(Session session, Stream stream) throws IOException {
                stream.output().write(new byte[2 * WINDOW]);
            }
        };

        abstract void call(Session session, Stream stream) throws IOException;
    }

    /// Ends of a session.
    private enum Ending {
        CLOSE(Origin.LOCAL) {
            @Override
            void end(RawPeer peer) {
                peer.session.close();
            }
        },
        ABORT(Origin.LOCAL) {
            @Override
            void end(RawPeer peer) {
                peer.session.abort();
            }
        },
        GO_AWAY_WITH_ERROR(Origin.REMOTE) {
            @Override
            void end(RawPeer peer) throws IOException {
                peer.says(GO_AWAY, 0, 0, 2);
            }
        },
        END_OF_INPUT(Origin.REMOTE) {
            @Override
            void end(RawPeer peer) {
                peer.saysNoMore();
            }
        },
        BROKEN(Origin.TRANSPORT) {
            @Override
            void end(RawPeer peer) {
                peer.breaks();
            }
        },
        VIOLATION(Origin.LOCAL) {
            @Override
            void end(RawPeer peer) throws IOException {
                peer.says(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
            }
        };

        private final Origin origin;

        Ending(Origin origin) {
            this.origin = origin;
        }

        abstract void end(RawPeer peer) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    @DisplayName("S04, S05, S09, B08: the session ends while open, accept, ping, read, write wait: all end with the cause")
    void wakesEverybody(Ending ending) throws Exception {
        for (int round = 0; round < 20; round++) {
            try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
                Stream stream = peer.session.open();
                List<Task<Void>> waiting = new ArrayList<>();
                for (Waiting call : Waiting.values()) {
                    waiting.add(Task.run(() -> call.call(peer.session, stream)));
                }
                if (round % 2 == 0) {
                    waiting.forEach(Task::awaitBlocked);
                }
                peer.seesWhatever();
                ending.end(peer);
                for (Task<Void> one : waiting) {
                    assertEquals(ending.origin, one.fails(SessionClosed.class).origin());
                }
                for (Waiting call : Waiting.values()) {
                    assertThrows(SessionClosed.class, () -> call.call(peer.session, stream), call::name);
                }
                assertFalse(peer.session.isOpen());
                assertEquals(0, peer.session.openStreams());
            }
        }
    }

    @Test
    @DisplayName("S06, B07: close from an abort action, from the thread that accepts, from the observer")
    void closesFromInside() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            stream.onAbort(() -> {
                peer.session.close();
                closed.complete(null);
            });
            peer.says(WU, RST, 1, 0);
            closed.get(60, TimeUnit.SECONDS);
            peer.seesGoAway(0);
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            Task<Void> accepting = Task.run(() -> {
                peer.session.accept();
                peer.session.close();
            });
            peer.says(WU, SYN, 1, 0);
            accepting.get();
        }
        Session[] session = new Session[1];
        CompletableFuture<Void> returned = new CompletableFuture<>();
        SessionObserver observer = new SessionObserver() {
            @Override
            public void frameReceived(FrameType type, int flags, int stream, long length) {
                if (type == FrameType.WINDOW_UPDATE) {
                    session[0].close(); // on the reader itself
                    returned.complete(null);
                }
            }
        };
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withObserver(observer))) {
            session[0] = peer.session;
            peer.says(WU, SYN, 1, 0);
            returned.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 77, 0xffff_ffffL})
    @DisplayName("S10: the peer's go away: 0 only ends opening, every other code ends the session, and is told")
    void obeysGoAway(long code) throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, (int) code);
            if (code == 0) {
                peer.settles();
                assertThrows(OpenRefused.class, () -> peer.session.open());
                peer.saysData(0, 1, Load.bytes(1, 1));
                assertEquals(31, reading.get());
                peer.opens(3).close(); // it may still open
                return;
            }
            peer.seesTheEnd();
            SessionClosed end = reading.fails(SessionClosed.class);
            assertEquals(Origin.REMOTE, end.origin());
            assertEquals(code, end.code());
            String meaning = code == 1 ? "protocol error" : code == 2 ? "internal error" : "code " + code;
            assertTrue(String.valueOf(end.getMessage()).contains(meaning), end::getMessage);
        }
    }

    @Test
    @DisplayName("S11: go away with a code during a blocked open: it fails with the code")
    void failsABlockedOpen() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            peer.session.open();
            Task<Stream> opening = Task.of(() -> peer.session.open()).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, 77);
            assertEquals(77, opening.fails(SessionClosed.class).code());
        }
    }

    @Test
    @DisplayName("S12: for a violation go away 1 is written behind what was queued, the cause is local")
    void saysWhyItEnds() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Load.write(stream.output(), 1_000);
            peer.says(DATA, SYN, 2, 0);
            peer.seesData(1, 1_000);
            peer.seesGoAway(1);
            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertEquals(Origin.LOCAL, end.origin());
            assertEquals(1, end.code());
            assertInstanceOf(MuxException.ProtocolViolation.class, end.getCause());
        }
    }

    @Test
    @DisplayName("S12: a peer that does not read cannot keep a session from ending: the wait for go away is bounded")
    void doesNotWaitForEverToSayWhy() throws Exception {
        SessionConfig config = Settings.PLAIN.withLingerTimeout(SHORT);
        try (RawPeer peer = new RawPeer(false, 0, config, Inside.Clock.SYSTEM, 64)) {
            Stream stream = peer.opens(1);
            stream.output().write(Load.bytes(10_000));
            peer.says(DATA, SYN, 2, 0);
            assertThrows(SessionClosed.class, () -> peer.session.accept());
            peer.session.close();
            assertThrows(SessionClosed.class, () -> stream.input().read());
        }
    }

    @Test
    @DisplayName("S14: input and output fail together: reported once, with the first cause")
    void reportsOneEnd() throws Exception {
        for (int round = 0; round < 50; round++) {
            List<SessionClosed> ends = new ArrayList<>();
            CompletableFuture<Void> ended = new CompletableFuture<>();
            SessionObserver observer = new SessionObserver() {
                @Override
                public void ended(SessionClosed reason) {
                    ends.add(reason);
                    ended.complete(null);
                }
            };
            try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withObserver(observer))) {
                Stream stream = peer.opens(1);
                Task<Void> writing = Task.run(() -> {
                    while (true) {
                        stream.output().write(new byte[1_000]);
                    }
                });
                peer.breaks();
                ended.get(60, TimeUnit.SECONDS);
                SessionClosed end = writing.fails(SessionClosed.class);
                assertEquals(ends.getFirst().getMessage(), end.getMessage());
                assertEquals(Origin.TRANSPORT, end.origin());
            }
            assertEquals(1, ends.size());
        }
    }

    @Test
    @DisplayName("S15, S09: 1,000 sessions, opened, used and dropped in every way: no thread, stream or buffer is left")
    void leavesNothingBehind() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            Ending ending = Ending.values()[i % Ending.values().length];
            try (RawPeer peer = new RawPeer(false, 0, Settings.PLAIN,
                    Inside.Clock.SYSTEM, 1 << 13)) {
                peer.says(WU, SYN, 1, 0);
                Stream stream = peer.session.accept();
                peer.saysData(0, 1, Load.bytes(5_000));
                assertEquals(0, stream.input().read());
                stream.output().write(1);
                peer.sees(WU, ACK, 1, 0);
                peer.seesWhatever();
                ending.end(peer);
                Task.until(() -> !peer.session.isOpen());
                stream.close();
            }
        }
    }
}
