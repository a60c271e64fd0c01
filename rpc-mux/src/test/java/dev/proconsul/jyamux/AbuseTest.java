package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The matrix's group L: peers that mean harm. Limits are tested on both sides of them, on a clock that stands still.
@ExtendWith(Leaks.class)
@Timeout(120)
class AbuseTest {
    private static final int LIMIT = 50;
    private static final SessionConfig STRICT = Settings.QUIET
            .withAcceptBacklog(10)
            .withMaxInboundStreams(20)
            .withResetsPerSecond(LIMIT)
            .withEmptyFramesPerSecond(LIMIT)
            .withDeadStreamBytes(LIMIT * 100L);

    /// Something a peer may do so often in a second, and no more.
    private enum Flood {
        /// Opens, and never waits for an answer.
        SYNS(10 + LIMIT) {
            @Override
            byte[] frame(int n) {
                return Frame.header(WU, SYN, 2 * n + 1, 0);
            }
        },
        /// Rapid reset in one frame.
        OPEN_AND_RESET(LIMIT) {
            @Override
            byte[] frame(int n) {
                return Frame.header(WU, SYN | RST, 2 * n + 1, 0);
            }
        },
        /// Resets of streams that were taken.
        RESETS_OF_OPEN_STREAMS(2 * LIMIT + 1) {
            @Override
            byte[] frame(int n) {
                return n % 2 == 0 ? Frame.header(WU, SYN, n + 1, 0) : Frame.header(WU, RST, n, 0);
            }
        },
        /// Window updates of nothing.
        EMPTY_UPDATES(LIMIT + 1) {
            @Override
            byte[] frame(int n) {
                return n == 0 ? Frame.header(WU, SYN, 1, 0) : Frame.header(WU, 0, 1, 0);
            }
        },
        /// Data frames of nothing.
        EMPTY_DATA(LIMIT + 1) {
            @Override
            byte[] frame(int n) {
                return n == 0 ? Frame.header(WU, SYN, 1, 0) : Frame.header(DATA, 0, 1, 0);
            }
        },
        /// Answers nobody has asked for.
        PONGS(LIMIT) {
            @Override
            byte[] frame(int n) {
                return Frame.header(PING, ACK, 0, n);
            }
        },
        /// Frames for streams that never were.
        STRAY_FRAMES(LIMIT) {
            @Override
            byte[] frame(int n) {
                return Frame.header(WU, n % 2 == 0 ? FIN : RST, 2 * n + 1, 0);
            }
        },
        /// Bytes for streams that never were.
        STRAY_BYTES(LIMIT) {
            @Override
            byte[] frame(int n) {
                return Frame.data(0, 2 * n + 1, new byte[100]);
            }
        },
        /// FIN again and again.
        FINS(LIMIT + 2) {
            @Override
            byte[] frame(int n) {
                return n == 0 ? Frame.header(WU, SYN, 1, 0) : Frame.header(WU, FIN, 1, 0);
            }
        };

        private final int most;

        Flood(int most) {
            this.most = most;
        }

        abstract byte[] frame(int n);
    }

    @ParameterizedTest
    @EnumSource(Flood.class)
    @DisplayName("L01, L02, L03, L07, B77: at the limit of a second the session lives; with one more it ends; others do not")
    void endsFloods(Flood flood) throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer honest = RawPeer.ofServer(); RawPeer peer = new RawPeer(false, STRICT, clock)) {
            Stream stream = honest.opens(1);
            for (int i = 0; i < flood.most; i++) {
                peer.says(flood.frame(i));
                peer.settles(); // a batch of its own
            }
            assertTrue(peer.session.isOpen());
            assertTrue(peer.session.openStreams() <= 20);
            peer.says(flood.frame(flood.most));
            List<Frame> last = peer.seesAll();
            assertEquals(new Frame(Frame.GO_AWAY, 0, 0, 1), last.getLast());
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertEquals(1, end.code());
            assertEquals(0, peer.session.openStreams());

            stream.output().write(1);
            assertEquals(1, honest.seesData(1, 1)[0]);
        }
    }

    @Test
    @DisplayName("L02: the budget of resets is a second's: the same again in the next second is borne")
    void renewsTheBudget() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, STRICT, clock)) {
            int id = 1;
            for (int second = 0; second < 10; second++) {
                for (int i = 0; i < LIMIT; i++, id += 2) {
                    peer.says(WU, SYN | RST, id, 0);
                }
                peer.seesNothingElse();
                clock.advanceSeconds(1);
            }
        }
    }

    @Test
    @DisplayName("L04: a peer that opens streams, sends a byte on each and never reads: memory and streams are bounded")
    void boundsWhatAPeerCanFill() throws Exception {
        SessionConfig config = Settings.PLAIN.withMaxInboundStreams(100).withLingerTimeout(Duration.ofMillis(20));
        try (RawPeer peer = new RawPeer(false, 0, config, Inside.Clock.SYSTEM, 1 << 12)) {
            Task<Void> accepting = Task.run(() -> {
                while (true) {
                    Stream stream = peer.session.accept();
                    Task.run(() -> stream.output().write(Load.bytes(1 << 20)));
                }
            });
            Task<Void> flooding = Task.run(() -> {
                for (int i = 0; i < 50_000_000; i++) { // until the connection is closed
                    peer.says(Frame.data(SYN, 2 * i + 1, new byte[1]));
                    assertTrue(peer.session.openStreams() <= 100);
                    assertTrue(peer.inside().buffersLent() < 1_000);
                }
            });
            flooding.fails(IOException.class);
            accepting.fails(SessionClosed.class);
        }
    }

    @Test
    @DisplayName("L05: a peer that grants nothing on any stream: write timeouts and resets free everything")
    void freesWhatAPeerChokes() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            List<Task<Void>> writing = new ArrayList<>();
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                streams.add(peer.opens(2 * i + 1));
            }
            for (Stream stream : streams) {
                stream.writeTimeout(Duration.ofMillis(20));
                writing.add(Task.run(() -> {
                    try (stream) {
                        stream.output().write(Load.bytes(WINDOW + 1));
                    }
                }));
            }
            peer.seesWhatever();
            for (Task<Void> one : writing) {
                one.fails(java.net.SocketTimeoutException.class);
            }
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("L06: 200,000 data frames of one byte: all delivered, and not a buffer for each")
    void bearsTinyFrames() throws Exception {
        int frames = 200_000;
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            byte[] batch = new byte[1_000 * (Frame.BYTES + 1)];
            Task<Void> flooding = Task.run(() -> {
                for (int from = 0; from < frames; from += 1_000) {
                    for (int i = 0; i < 1_000; i++) {
                        byte[] frame = Frame.data(0, 1, Load.bytes(from + i, 1));
                        System.arraycopy(frame, 0, batch, i * frame.length, frame.length);
                    }
                    peer.says(batch);
                    if (from == frames / 2) {
                        peer.settles();
                        assertTrue(peer.inside().buffersLent() < 20);
                    }
                }
            });
            Load.read(stream.input(), frames);
            flooding.get();
        }
    }

    @Test
    @DisplayName("L08, L10: one session is flooded, another in the same process goes on as if nothing were")
    void harmsNobodyElse() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (Pair honest = Pair.inMemory(); RawPeer peer = RawPeer.ofServer()) {
            Load.echo(honest.server);
            Load.echo(peer.session);
            peer.seesWhatever();
            Task<Void> flooding = Task.run(() -> {
                try {
                    for (int i = 0; !done.get(); i++) {
                        peer.says(Frame.data(SYN | FIN, 2 * i + 1, new byte[1]));
                        peer.says(PING, SYN, 0, i);
                    }
                } catch (IOException e) {
                    // it has been ended, which is a way out
                }
            });
            for (int i = 0; i < 2_000; i++) {
                try (Stream stream = honest.client.open()) {
                    stream.output().write(Load.bytes(i, 64));
                    stream.finishWriting();
                    assertEquals(64, stream.input().readAllBytes().length);
                }
            }
            done.set(true);
            flooding.get();
        }
    }

    @Test
    @DisplayName("L09, B75: what a flood writes into the log does not grow with it")
    void logsLittle() throws Exception {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.proconsul.jyamux");
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            for (Flood flood : Flood.values()) {
                try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN)) {
                    peer.seesWhatever();
                    for (int i = 0; i < 4_000; i++) {
                        try {
                            peer.says(flood.frame(i));
                        } catch (IOException e) {
                            break; // it has ended
                        }
                    }
                }
            }
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertTrue(lines.size() < 5 * Flood.values().length, () -> lines.size() + " lines: " + lines);
    }

    @Test
    @DisplayName("L12, B79: a stream that is idle for an hour is not ended, whatever its side has configured for opening")
    void leavesIdleStreamsAlone() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(true, Settings.QUIET, clock)) {
            Stream stream = peer.isOpened(1);
            clock.advanceSeconds(3_600);
            peer.seesNothingElse();
            stream.output().write(1);
            assertEquals(1, peer.seesData(1, 1)[0]);
            peer.saysData(0, 1, Load.bytes(1));
            assertEquals(0, stream.input().read());
        }
    }

    @Test
    @DisplayName("L01, B59: excess SYNs to a session whose peer does not read end it at the limit of waiting answers")
    void boundsRefusals() throws Exception {
        SessionConfig config = Settings.PLAIN.withMaxInboundStreams(1).withAnswersWaiting(8)
                .withLingerTimeout(Duration.ofMillis(20));
        try (RawPeer peer = new RawPeer(false, 0, config, Inside.Clock.SYSTEM, 1 << 10)) {
            for (int i = 0; i < 2_000; i++) {
                try {
                    peer.says(WU, SYN, 2 * i + 1, 0);
                } catch (IOException e) {
                    break;
                }
            }
            SessionClosed end = assertThrows(SessionClosed.class, () -> {
                while (true) {
                    peer.session.accept();
                }
            });
            assertEquals(1, end.code());
        }
    }

    @Test
    @DisplayName("L03: resets that the peer provokes by sending after we stopped reading count in the same budget")
    void countsProvokedResets() throws Exception {
        ManualClock clock = new ManualClock();
        SessionConfig config = STRICT.withDeadStreamBytes(0).withMaxInboundStreams(1_000);
        try (RawPeer peer = new RawPeer(false, config, clock)) {
            for (int i = 0; i <= LIMIT; i++) {
                int id = 2 * i + 1;
                peer.says(WU, SYN, id, 0);
                peer.session.accept().stopReading();
                peer.sees(WU, ACK, id, 0);
                peer.saysData(0, id, new byte[1]);
                if (i < LIMIT) {
                    peer.sees(WU, RST, id, 0);
                }
            }
            List<Frame> rest = peer.seesAll();
            assertEquals(new Frame(Frame.GO_AWAY, 0, 0, 1), rest.getLast());
        }
    }

    @Test
    @DisplayName("L05, T02: a reset by the peer frees a writer that waits for the transport, too")
    void freesAWriterThatWaitsForTheTransport() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(Duration.ofMillis(20));
        try (RawPeer peer = new RawPeer(false, 0, config, new ManualClock(), 256)) {
            Stream filler = peer.opens(1);
            Task<Void> filling = Task.run(() -> Load.write(filler.output(), WINDOW));
            Stream stream = acceptQuietly(peer, 3);
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), 2 * WINDOW)).awaitBlocked();
            Task.until(() -> !writing.isDone());
            peer.says(WU, RST, 3, 0);
            peer.says(WU, RST, 1, 0);
            writing.fails(StreamReset.class);
            try {
                filling.get(); // all of it may have found room
            } catch (StreamReset e) {
                // This is why it ended.
            }
            Task.until(() -> peer.session.openStreams() == 0); // writers hear of a reset before the session has let go
        }
    }

    private static Stream acceptQuietly(RawPeer peer, int id) throws IOException {
        peer.says(WU, SYN, id, 0);
        return peer.session.accept();
    }
}
