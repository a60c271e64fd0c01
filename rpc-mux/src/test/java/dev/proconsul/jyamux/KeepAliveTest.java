package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group K. Time is the test's, except where a ping is given up.
@ExtendWith(Leaks.class)
@Timeout(120)
class KeepAliveTest {
    private static final int INTERVAL = 30;
    private static final int TIMEOUT = 10;

    @Test
    @DisplayName("K01: pings, one and several at once: each gets its time, on the clock of the session")
    void measuresRoundTrips() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(true, Settings.QUIET, clock)) {
            List<Task<Duration>> pings = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                pings.add(Task.of(() -> peer.session.ping()));
            }
            pings.forEach(Task::awaitBlocked);
            Frame first = peer.sees();
            assertEquals(PING, first.type());
            assertEquals(SYN, first.flags());
            assertEquals(0, first.id());
            clock.advance(Duration.ofMillis(20));
            List<Frame> questions = new ArrayList<>(List.of(first));
            questions.addAll(peer.settles());
            for (Frame question : questions) {
                assertEquals(PING, question.type(), question::toString);
                peer.says(PING, ACK, 0, question.length());
            }
            for (Task<Duration> ping : pings) {
                assertEquals(Duration.ofMillis(20), ping.get());
            }
        }
    }

    @Test
    @DisplayName("K01, B50: a ping nobody answers ends with a timeout; the session does not")
    void givesAPingUp() throws Exception {
        SessionConfig config = Settings.QUIET.withKeepAliveTimeout(Duration.ofMillis(30));
        try (RawPeer peer = RawPeer.ofClient(config)) {
            assertThrows(SocketTimeoutException.class, () -> peer.session.ping());
            Frame question = peer.sees();
            peer.says(PING, ACK, 0, question.length()); // too late
            peer.seesNothingElse();
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("K02, B51: with all queues full the answer to a ping leaves within a few frames")
    void answersAheadOfData() throws Exception {
        int few = Settings.QUIET.outputBuffer() + 2 * Settings.QUIET.maxFrame(); // a round that is being written, and more
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, Inside.Clock.SYSTEM, 1 << 10)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                streams.add(peer.opens(2 * i + 1));
            }
            for (Stream stream : streams) {
                Task.run(() -> stream.output().write(Load.bytes(1 << 20)));
            }
            Task.until(() -> peer.inside().buffersLent() >= 1 && peer.unseen() >= 1 << 10);
            long heard = peer.session.statistics().framesReceived() + 1;
            peer.says(PING, SYN, 0, 2);
            Task.until(() -> peer.session.statistics().framesReceived() == heard);
            long before = 0;
            for (Frame frame = peer.sees(); frame.type() != PING; frame = peer.sees()) {
                before += Frame.BYTES + peer.body(frame).length;
            }
            assertTrue(before <= few, before + " bytes came before the answer");
        }
    }

    @Test
    @DisplayName("K03, B56: an answer that is late, unknown or doubled is ignored, and counted")
    void ignoresOddAnswers() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(true, Settings.QUIET, clock)) {
            peer.says(PING, ACK, 0, 999);
            peer.says(PING, 0, 0, 999);
            peer.seesNothingElse();
            assertEquals(2, peer.session.statistics().oddFrames());
            Task<Duration> ping = Task.of(() -> peer.session.ping());
            int value = peer.sees().length();
            peer.says(PING, ACK, 0, value + 1);
            peer.settles();
            assertFalse(ping.isDone());
            peer.says(PING, ACK, 0, value);
            peer.says(PING, ACK, 0, value);
            ping.get();
            peer.seesNothingElse();
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("K04: a ping with a stream id is answered with id 0 and its value; SYN and ACK is a question")
    void answersOddPings() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(PING, SYN, 55, 0xdead_beef);
            peer.sees(PING, ACK, 0, 0xdead_beef);
            peer.says(PING, SYN | ACK, 0, 3);
            peer.sees(PING, ACK, 0, 3);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("K05, B54: 1,000,000 pings in a burst, to a session that bears them: all answered, the stream beside goes on")
    void bearsPingsThatAreRead() throws Exception {
        int pings = 1_000_000;
        SessionConfig config = Settings.QUIET.withPingsPerSecond(Integer.MAX_VALUE).withAnswersWaiting(pings);
        try (RawPeer peer = RawPeer.ofServer(config)) {
            Stream stream = peer.opens(1);
            Task<Void> flooding = Task.run(() -> {
                byte[] some = new byte[1_000 * Frame.BYTES];
                for (int i = 0; i < 1_000; i++) {
                    System.arraycopy(Frame.header(PING, SYN, 0, i), 0, some, i * Frame.BYTES, Frame.BYTES);
                }
                peer.floods(pings / 1_000, some);
            });
            Task<Void> writing = Task.run(() -> stream.output().write(Load.bytes(100)));
            int answered = 0;
            boolean wentOn = false;
            while (answered < pings || !wentOn) {
                Frame frame = peer.sees();
                if (frame.type() == PING) {
                    assertEquals(ACK, frame.flags());
                    answered++;
                } else {
                    assertEquals(new Frame(DATA, 0, 1, 100), frame);
                    peer.body(frame);
                    wentOn = true;
                }
            }
            flooding.get();
            writing.get();
            peer.seesNothingElse();
            assertTrue(peer.session.isOpen());
            assertTrue(peer.inside().buffersLent() < 16);
        }
    }

    @Test
    @DisplayName("K05, B54: the pings of a second up to its limit are answered, and those of the next; with one more it ends")
    void limitsThePingsOfASecond() throws Exception {
        int limit = 50;
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.QUIET.withPingsPerSecond(limit), clock)) {
            for (int second = 0; second < 3; second++) {
                clock.advanceSeconds(1);
                for (int i = 0; i < limit; i++) {
                    peer.says(PING, SYN, 0, i);
                    peer.sees(PING, ACK, 0, i);
                }
                assertTrue(peer.session.isOpen());
            }
            clock.advance(Duration.ofMillis(999)); // the last of the second
            peer.says(PING, SYN, 0, limit);
            peer.seesGoAway(1);
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertEquals(1, end.code());
            assertEquals(Origin.LOCAL, end.origin());
            assertTrue(String.valueOf(end.getMessage()).contains("more than 50 pings in a second"), end::getMessage);
        }
    }

    @Test
    @DisplayName("K05: answers to our pings count in no limit; those to none count as frames without effect, not as pings")
    void countsNoAnswersAsPings() throws Exception {
        SessionConfig config = Settings.QUIET.withPingsPerSecond(1).withEmptyFramesPerSecond(1);
        try (RawPeer peer = new RawPeer(true, config, new ManualClock())) {
            for (int i = 0; i < 10; i++) {
                Task<Duration> ping = Task.of(() -> peer.session.ping());
                peer.sees(PING, SYN, 0, i);
                peer.says(PING, ACK, 0, i);
                assertEquals(Duration.ZERO, ping.get());
            }
            peer.says(PING, ACK, 0, 999);
            peer.says(PING, SYN, 0, 0);
            peer.sees(PING, ACK, 0, 0); // all of the second's room for pings was left
            assertEquals(1, peer.session.statistics().oddFrames());
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("K06, B59: pings from a peer that never reads: the session ends at the limit of waiting answers")
    void boundsTheAnswersThatWait() throws Exception {
        SessionConfig config = Settings.PLAIN.withAnswersWaiting(4).withLingerTimeout(Duration.ofMillis(20));
        try (RawPeer peer = new RawPeer(false, 0, config, Inside.Clock.SYSTEM, 1 << 10)) {
            peer.floods(10_000, Frame.header(PING, SYN, 0, 1));
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertEquals(1, end.code());
            assertTrue(String.valueOf(end.getMessage()).contains("answers"), end::getMessage);
        }
    }

    @Test
    @DisplayName("K06, B12: a peer that never reads: the stall timer ends the session, whatever keep-alive says")
    void endsASessionThatCannotWrite() throws Exception {
        ManualClock clock = new ManualClock();
        SessionConfig config = Settings.QUIET.withLingerTimeout(Duration.ofMillis(20));
        try (RawPeer peer = new RawPeer(false, 0, config, clock, 1 << 10)) {
            Stream stream = peer.opens(1);
            stream.output().write(Load.bytes(10 << 10));
            Task.until(() -> peer.unseen() == 1 << 10);
            clock.advanceSeconds(9);
            assertTrue(peer.session.isOpen());
            peer.says(PING, ACK, 0, 0); // that it speaks does not help
            clock.advanceSeconds(1);
            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertEquals(Origin.TRANSPORT, end.origin());
            assertTrue(String.valueOf(end.getMessage()).contains("write timeout"), end::getMessage);
        }
    }

    @Test
    @DisplayName("K07: pings only after silence: an idle link is pinged, one with traffic in is not, for ten minutes")
    void pingsAfterSilenceOnly() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            Stream stream = peer.opens(1);
            for (int second = 0; second < 600; second++) {
                if (second % 20 == 0) {
                    peer.saysData(0, 1, Load.bytes(1)); // traffic in one direction only
                    assertEquals(0, stream.input().read());
                }
                clock.advanceSeconds(1);
            }
            peer.seesNothingElse();
            for (int i = 0; i < 20; i++) { // idle: a ping every 30 s
                clock.advanceSeconds(INTERVAL);
                peer.sees(PING, SYN, 0, i);
                peer.says(PING, ACK, 0, i);
                peer.seesNothingElse();
            }
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("K08, K09, S05: a peer silent for less than the limit lives; for longer: keep-alive timeout, streams told")
    void endsASessionOfADeadPeer() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            Stream stream = peer.opens(1);
            clock.advanceSeconds(INTERVAL);
            peer.sees(PING, SYN, 0, 0);
            clock.advanceSeconds(TIMEOUT - 1);
            assertTrue(peer.session.isOpen());
            peer.says(WU, 0, 1, 1); // any byte is a sign of life
            peer.settles();
            clock.advanceSeconds(INTERVAL - 1);
            peer.seesNothingElse(); // and starts the silence again
            clock.advanceSeconds(INTERVAL);
            peer.sees(PING, SYN, 0, 1);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            clock.advanceSeconds(TIMEOUT);
            SessionClosed end = reading.fails(SessionClosed.class);
            assertEquals(Origin.TRANSPORT, end.origin());
            assertTrue(String.valueOf(end.getMessage()).contains("keep-alive timeout"), end::getMessage);
            peer.seesTheEnd();
        }
    }

    @Test
    @DisplayName("K10, B55: the time keeper wakes hours late: the peer gets its time to answer all the same")
    void survivesASleepingMachine() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            clock.advance(Duration.ofHours(7));
            peer.sees(PING, SYN, 0, 0);
            peer.says(PING, ACK, 0, 0);
            peer.seesNothingElse();
            clock.awaitSleeper();
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("K11: an interval of zero: no ping, ever")
    void canBeSwitchedOff() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN.withKeepAliveInterval(Duration.ZERO), clock)) {
            clock.advance(Duration.ofDays(1));
            clock.advance(Duration.ofDays(1));
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("K12: a hashicorp peer with its defaults pings every 30 s for ten minutes, idle and with data: both stay")
    void suitsAHashicorpPeer() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            Stream stream = peer.opens(1);
            for (int ping = 0; ping < 40; ping++) {
                if (ping >= 20) {
                    peer.saysData(0, 1, Load.bytes(WINDOW / 4));
                    Load.read(stream.input(), WINDOW / 4);
                    peer.settles();
                }
                peer.says(PING, SYN, 0, ping);
                peer.sees(PING, ACK, 0, ping); // within its 10 s, which do not pass here
                peer.seesNothingElse();
                clock.advanceSeconds(INTERVAL - 1);
                peer.seesNothingElse();
                clock.advanceSeconds(1);
                List<Frame> own = peer.settles(); // its next ping and ours may cross
                assertTrue(own.size() <= 1, own::toString);
            }
            assertTrue(peer.session.isOpen());
        }
    }
}
