package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group O, the peer's opens.
@ExtendWith(Leaks.class)
@Timeout(120)
class AcceptingTest {
    @Test
    @DisplayName("O02, O03: data right after the SYN, and on it, is delivered and counts against the first window")
    void takesDataWithTheSyn() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, SYN, 1, 0);
            peer.saysData(0, 1, Load.bytes(1_000));
            peer.saysData(SYN, 3, Load.bytes(1_000));
            for (int id : new int[] {1, 3}) {
                peer.saysData(0, id, Load.bytes(1_000, WINDOW - 1_000));
                Stream stream = peer.session.accept();
                assertEquals(id, stream.id());
                Load.read(stream.input(), WINDOW);
            }
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(SYN, 1, Load.bytes(1_000));
            peer.says(DATA, 0, 1, WINDOW - 999);
            peer.seesGoAway(1);
        }
    }

    @Test
    @DisplayName("O04: a SYN with 262,144 bytes is taken, with 262,145 it ends the session")
    void limitsTheFirstFrame() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(SYN, 1, Load.bytes(WINDOW));
            Load.read(peer.session.accept().input(), WINDOW);
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(DATA, SYN, 1, WINDOW + 1);
            peer.seesGoAway(1);
            assertEquals(0, peer.session.statistics().streamsReceived());
        }
    }

    @Test
    @DisplayName("O05: credit that comes with the SYN is used; all of it")
    void usesCreditOfTheSyn() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, SYN, 1, 100_000);
            Stream stream = peer.session.accept();
            peer.sees(WU, ACK, 1, 0);
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), WINDOW + 100_001));
            peer.seesData(1, WINDOW + 100_000);
            peer.seesNothingElse();
            assertFalse(writing.isDone());
            peer.says(WU, 0, 1, 1);
            peer.seesData(1, 1);
            writing.get();
        }
    }

    @Test
    @DisplayName("O05, D10: credit beyond 2^32-1, with a SYN or after it, neither wraps nor stops the writer")
    void saturatesCredit() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, SYN, 1, -1);
            peer.says(WU, 0, 1, -1);
            Stream stream = peer.session.accept();
            peer.sees(WU, ACK, 1, 0);
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), 4 * WINDOW));
            peer.seesData(1, 4 * WINDOW);
            writing.get();
        }
    }

    @Test
    @DisplayName("O06: SYN with FIN is half closed; SYN with RST is handed to nobody; data, SYN and FIN in one")
    void takesAllCombinationsWithSyn() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, SYN | RST, 1, 0);
            peer.says(DATA, SYN | RST, 3, 0);
            peer.saysData(SYN | RST, 5, Load.bytes(10));
            peer.says(WU, SYN | FIN, 7, 0);
            peer.saysData(SYN | FIN, 9, Load.bytes(10));
            peer.says(DATA, SYN | FIN, 11, 0);

            Stream halfClosed = peer.session.accept();
            assertEquals(7, halfClosed.id());
            assertEquals(-1, halfClosed.input().read());
            halfClosed.output().write(1);
            assertEquals(1, peer.seesData(7, 1)[0]);
            halfClosed.close();
            peer.sees(WU, FIN, 7, 0);

            Stream request = peer.session.accept();
            assertEquals(9, request.id());
            Load.readToTheEnd(request.input(), 10);
            request.close();
            peer.sees(WU, FIN, 9, 0);

            Stream empty = peer.session.accept();
            assertEquals(11, empty.id());
            assertEquals(-1, empty.input().read());
            empty.close();
            peer.sees(WU, FIN, 11, 0);
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("O06, H11: SYN, data and RST before the accept: handed to nobody, or as a stream that is reset")
    void dropsWhatWasResetBeforeTheAccept() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, SYN, 1, 0);
            peer.settles();
            peer.says(WU, RST, 1, 0);
            peer.says(WU, SYN, 3, 0);
            peer.settles();
            assertEquals(3, peer.session.accept().id());
        }
    }

    @Test
    @DisplayName("O07: a SYN for a number in use ends the session")
    void refusesANumberInUse() throws Exception {
        for (int type : new int[] {WU, DATA}) {
            try (RawPeer peer = RawPeer.ofServer()) {
                peer.opens(1);
                peer.says(type, SYN, 1, 0);
                peer.seesGoAway(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, -1, -2})
    @DisplayName("O08: a SYN with a number of the wrong parity, or with 0, ends the session")
    void refusesNumbersThatAreNotThePeers(int id) throws Exception {
        boolean client = (id & 1) != 0;
        try (RawPeer peer = client ? RawPeer.ofClient() : RawPeer.ofServer()) {
            peer.says(WU, SYN, id, 0);
            peer.seesGoAway(1);
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertTrue(String.valueOf(end.getMessage()).contains("stream " + Integer.toUnsignedString(id)),
                    end::getMessage);
        }
    }

    @Test
    @DisplayName("O09: numbers that arrive swapped are both taken")
    void takesNumbersInAnyOrder() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int id : new int[] {5, 3, 1, 9, 7}) {
                peer.says(WU, SYN, id, 0);
                assertEquals(id, peer.session.accept().id());
                peer.sees(WU, ACK, id, 0);
            }
            peer.seesNothingElse();
            assertEquals(5, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("O10: a SYN for a number closed long ago ends the session")
    void refusesANumberOfLongAgo() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(WU, FIN, 1, 0);
            stream.close();
            peer.sees(WU, FIN, 1, 0);
            Stream recent = peer.opens(1_000_001);
            peer.says(WU, SYN, 1, 0);
            peer.seesGoAway(1);
            recent.close();
        }
    }

    @Test
    @DisplayName("O12: the 257th unaccepted SYN is reset, the others are not")
    void limitsTheBacklog() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 257; i++) {
                peer.says(WU, SYN, 2 * i + 1, 0);
            }
            assertEquals(java.util.List.of(new Frame(WU, RST, 2 * 256 + 1, 0)),
                    peer.settles().stream().filter(frame -> frame.has(RST)).toList());
            assertEquals(256, peer.session.openStreams());
            for (int i = 0; i < 256; i++) {
                Stream stream = peer.session.accept();
                assertEquals(2 * i + 1, stream.id());
                stream.output().write(1);
            }
            assertEquals(1, peer.session.statistics().streamsRefused());
            peer.settles();
            peer.says(WU, SYN, 2 * 257 + 1, 0); // there is room again
            assertEquals(2 * 257 + 1, peer.session.accept().id());
        }
    }

    @Test
    @DisplayName("O19: nobody accepts for 70 s: the SYN is answered in time for a hashicorp peer")
    void answersInTime() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.QUIET, clock)) {
            peer.says(WU, SYN, 1, 0);
            peer.settles();
            clock.advanceSeconds(70);
            peer.says(PING, SYN, 0, 70);
            Frame answer = peer.sees();
            assertEquals(WU, answer.type(), answer::toString);
            assertTrue(answer.has(ACK) || answer.has(RST), answer::toString);
        }
    }

    @Test
    @DisplayName("O20: a blocked accept returns with the reason: local, remote, by error")
    void endsWithTheReason() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Task<Stream> accepting = Task.of(() -> peer.session.accept()).awaitBlocked();
            peer.session.close();
            assertEquals(Origin.LOCAL, accepting.fails(SessionClosed.class).origin());
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            Task<Stream> accepting = Task.of(() -> peer.session.accept()).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, 2);
            SessionClosed end = accepting.fails(SessionClosed.class);
            assertEquals(Origin.REMOTE, end.origin());
            assertEquals(2, end.code());
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            Task<Stream> accepting = Task.of(() -> peer.session.accept()).awaitBlocked();
            peer.breaks();
            SessionClosed end = accepting.fails(SessionClosed.class);
            assertEquals(Origin.TRANSPORT, end.origin());
            assertTrue(end.getCause() instanceof java.io.IOException, () -> "cause " + end.getCause());
        }
    }

    @Test
    @DisplayName("O21, T05: an accept that is interrupted loses no stream")
    void canBeInterrupted() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 200; i++) {
                int id = 2 * i + 1;
                Task<Stream> accepting = Task.of(() -> peer.session.accept());
                if (i % 2 == 0) {
                    accepting.awaitBlocked();
                }
                peer.says(WU, SYN, id, 0);
                accepting.interrupt();
                Stream stream;
                try {
                    stream = accepting.get();
                } catch (InterruptedIOException e) {
                    stream = peer.session.accept();
                }
                assertEquals(id, stream.id());
            }
        }
    }

    @Test
    @DisplayName("O21: an accept whose time is over says so and loses no stream; without any time it takes what is there")
    void hasATimeout() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            assertThrows(SocketTimeoutException.class, () -> peer.session.accept(Duration.ZERO));
            Random random = new Random(21);
            for (int i = 0; i < 200; i++) {
                int id = 2 * i + 1;
                Task<Stream> accepting = Task.of(() -> peer.session.accept(Duration.ofNanos(random.nextInt(200_000))));
                peer.says(WU, SYN, id, 0);
                Stream stream;
                try {
                    stream = accepting.get();
                } catch (SocketTimeoutException e) {
                    stream = peer.session.accept(Task.PATIENCE);
                }
                assertEquals(id, stream.id());
            }
            Task<Stream> accepting = Task.of(() -> peer.session.accept(Task.PATIENCE)).awaitBlocked();
            peer.says(GO_AWAY, 0, 0, 2);
            assertEquals(Origin.REMOTE, accepting.fails(SessionClosed.class).origin());
            SessionClosed late = assertThrows(SessionClosed.class, () -> peer.session.accept(Duration.ZERO));
            assertEquals(2, late.code());
        }
    }

    @Test
    @DisplayName("O23: at the most open streams of the peer more are reset; after one has ended the next is taken")
    void limitsOpenStreams() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withMaxInboundStreams(2))) {
            Stream first = peer.opens(1);
            peer.opens(3);
            peer.says(WU, SYN, 5, 0);
            peer.sees(WU, RST, 5, 0);
            peer.says(WU, FIN, 1, 0);
            first.close();
            peer.sees(WU, FIN, 1, 0);
            peer.opens(7);
            peer.says(WU, SYN, 9, 0);
            peer.sees(WU, RST, 9, 0);

            peer.session.open(); // own streams do not count
            peer.sees(WU, SYN, 2, 0);
            assertEquals(2, peer.session.statistics().streamsRefused());
        }
    }

    @Test
    @DisplayName("O25: after our go away the peer's SYNs are reset, with their data; open streams go on")
    void takesNothingNewAfterGoAway() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.session.goAway();
            peer.session.goAway();
            peer.sees(GO_AWAY, 0, 0, 0);
            peer.saysData(SYN, 3, Load.bytes(WINDOW));
            peer.sees(WU, RST, 3, 0);
            stream.output().write(2);
            assertEquals(2, peer.seesData(1, 1)[0]);
            peer.seesNothingElse();
        }
    }
}
