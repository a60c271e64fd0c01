package dev.proconsul.jyamux.internal;

import static dev.proconsul.jyamux.internal.RawPeer.DATA;
import static dev.proconsul.jyamux.internal.RawPeer.GO_AWAY;
import static dev.proconsul.jyamux.internal.RawPeer.PING;
import static dev.proconsul.jyamux.internal.RawPeer.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The rows of Consul's transport table that concern the multiplexer, with raw frames. Rows that the recorded dialogues
/// cover as well are in [DialogueTest].
@Timeout(5)
class ConformanceTest {
    private static final byte[] PING_CALL = "request".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OK = "answer".getBytes(StandardCharsets.UTF_8);

    private static void answer(Stream stream) throws Exception {
        assertArrayEquals(PING_CALL, stream.input().readNBytes(PING_CALL.length));
        stream.output().write(OK);
    }

    @Test
    @DisplayName("transport rows 87, 88: SYN alone or on data; ACK, then the answer")
    void acknowledgesOnAcceptAndBeforeTheAnswer() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            peer.saysData(0, 1, PING_CALL);
            answer(peer.session.accept());
            peer.sees(WU, Flags.ACK, 1, 0);
            assertArrayEquals(OK, peer.seesData(1, OK.length));

            peer.saysData(Flags.SYN, 3, PING_CALL);
            answer(peer.session.accept());
            peer.sees(WU, Flags.ACK, 3, 0);
            assertArrayEquals(OK, peer.seesData(3, OK.length));
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("transport row 89: SYN and FIN with the request: no ACK, the answer, FIN")
    void sendsNoAckWhenFinCameFirst() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN | Flags.FIN, 1, PING_CALL);
            Stream stream = peer.session.accept();
            answer(stream);
            stream.close();

            assertArrayEquals(OK, peer.seesData(1, OK.length));
            peer.sees(WU, Flags.FIN, 1, 0);
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("transport rows 91, 92; yamux matrix K03, K04: pings answered with stream 0, pongs unasked ignored")
    void answersPings() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(PING, Flags.SYN, 0, 0xdeadbeef);
            peer.sees(PING, Flags.ACK, 0, 0xdeadbeef);
            peer.says(PING, Flags.SYN, 77, 5);
            peer.sees(PING, Flags.ACK, 0, 5);
            peer.says(PING, Flags.ACK, 0, 9);
            peer.says(PING, 0, 0, 9);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("transport rows 93, 94; yamux matrix K08: ping after 30 s of silence, the end 10 s later")
    void keepsAlive() throws Exception {
        ManualTicker ticker = new ManualTicker();
        try (RawPeer peer = new RawPeer(Role.SERVER, SessionConfig.DEFAULT, ticker)) {
            ticker.advance(Duration.ofSeconds(30));
            peer.sees(PING, Flags.SYN, 0, 0);
            peer.says(PING, Flags.ACK, 0, 0);
            peer.seesNothingElse();
            for (int i = 0; i < 3; i++) { // 60 s: thirty after the answer
                ticker.advance(Duration.ofSeconds(10));
            }
            peer.sees(PING, Flags.SYN, 0, 1);
            ticker.advance(Duration.ofSeconds(10));

            peer.seesTheEnd();
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertEquals(Origin.TRANSPORT, end.origin());
            assertTrue(String.valueOf(end.getMessage()).contains("keep-alive timeout"), end::getMessage);
        }
    }

    @Test
    @DisplayName("transport rows 95, 96; yamux matrix S10: go away 0 ends opening, others end the session")
    void obeysGoAway() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(GO_AWAY, 0, 0, 0);
            peer.saysData(Flags.SYN, 1, PING_CALL);
            answer(peer.session.accept());
            peer.sees(WU, Flags.ACK, 1, 0);
            assertArrayEquals(OK, peer.seesData(1, OK.length));
        }
        for (int code : new int[] {1, 2, 9, -1}) {
            try (RawPeer peer = RawPeer.ofServer()) {
                peer.says(GO_AWAY, 0, 0, code);
                peer.seesTheEnd();
                SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
                assertEquals(Origin.REMOTE, end.origin());
                assertEquals(Integer.toUnsignedLong(code), end.code());
            }
        }
    }

    @Test
    @DisplayName("transport row 97; yamux matrix F04: what is not yamux ends the session, which says so")
    void refusesOtherProtocols() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            peer.seesGoAway(1);
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertEquals(Origin.LOCAL, end.origin());
            assertEquals(1, end.code());
            assertTrue(String.valueOf(end.getMessage()).contains("version 71"), end::getMessage);
        }
    }

    @Test
    @DisplayName("transport rows 98, 99; yamux matrix O04, O07, D09: duplicate SYN, first frame over the window")
    void endsTheSessionForViolations() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            peer.says(WU, Flags.SYN, 1, 0);
            peer.seesGoAway(1);
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(DATA, Flags.SYN, 1, 262_145);
            peer.seesGoAway(1);
        }
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN, 1, new byte[262_144]);
            Stream stream = peer.session.accept();
            assertEquals(262_144, stream.input().readNBytes(262_144).length);
            stream.close();
        }
    }

    @Test
    @DisplayName("transport rows 100, 101; yamux matrix D12, H14: frames for unknown streams change nothing")
    void ignoresUnknownStreams() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(0, 9, new byte[100]);
            peer.says(WU, 0, 9, 5);
            peer.says(WU, Flags.FIN, 9, 0);
            peer.says(WU, Flags.RST, 9, 0);
            peer.seesNothingElse();
            assertEquals(100, peer.session.statistics().discardedBytes());
        }
    }

    @Test
    @DisplayName("transport row 105; yamux matrix O12: 256 wait, more are reset; the session lives")
    void resetsWhatIsOverTheBacklog() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);
            for (int i = 1; i < 300; i++) {
                peer.says(WU, Flags.SYN, 2 * i + 1, 0);
            }
            for (int i = 257; i < 300; i++) {
                peer.sees(WU, Flags.RST, 2 * i + 1, 0);
            }
            peer.seesNothingElse();
            assertEquals(257, peer.session.openStreams());
            assertEquals(43, peer.session.statistics().streamsRefused());
        }
    }

    @Test
    @DisplayName("transport rows 106, 107; yamux matrix B18, H06: a second FIN is ignored, before and after ours")
    void ignoresASecondFin() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            Stream stream = peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);
            peer.says(WU, Flags.FIN, 1, 0);
            peer.says(WU, Flags.FIN, 1, 0);
            peer.seesNothingElse();
            assertEquals(1, peer.session.statistics().oddFrames());
            stream.close();
            peer.sees(WU, Flags.FIN, 1, 0);
            peer.says(WU, Flags.FIN, 1, 0);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("transport row 109; yamux matrix H08: a reset reaches the blocked handler, its answer is dropped")
    void survivesAResetUnderAHandler() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN, 1, PING_CALL);
            Stream stream = peer.session.accept();
            CountDownLatch aborted = new CountDownLatch(1);
            stream.onAbort(aborted::countDown);
            peer.sees(WU, Flags.ACK, 1, 0);
            peer.says(WU, Flags.RST, 1, 0);

            assertTrue(aborted.await(5, TimeUnit.SECONDS));
            assertEquals(Origin.REMOTE, assertThrows(StreamReset.class, () -> stream.output().write(OK)).origin());
            assertThrows(StreamReset.class, () -> stream.input().read());
            stream.close();
            peer.saysData(Flags.SYN, 3, PING_CALL);
            answer(peer.session.accept());
            peer.sees(WU, Flags.ACK, 3, 0);
            assertArrayEquals(OK, peer.seesData(3, OK.length));
        }
    }

    @Test
    @DisplayName("transport row 110; yamux matrix F12: the end of the connection aborts what is in flight")
    void abortsEverythingWhenTheConnectionEnds() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN, 1, PING_CALL);
            peer.saysData(Flags.SYN, 3, PING_CALL);
            Stream one = peer.session.accept();
            Stream other = peer.session.accept();
            CountDownLatch aborted = new CountDownLatch(2);
            one.onAbort(aborted::countDown);
            other.onAbort(aborted::countDown);
            peer.saysNoMore();

            assertTrue(aborted.await(5, TimeUnit.SECONDS));
            assertArrayEquals(PING_CALL, one.input().readNBytes(PING_CALL.length));
            SessionClosed end = assertThrows(SessionClosed.class, () -> one.input().read());
            assertEquals(Origin.REMOTE, end.origin());
            assertThrows(SessionClosed.class, () -> one.output().write(OK));
            one.close();
            other.close();
        }
    }

    @Test
    @DisplayName("transport rows 111, 112; yamux matrix F06, O17: needless ACKs and unknown flags change nothing")
    void ignoresNeedlessAcksAndUnknownFlags() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, 0xfff0 | Flags.SYN, 1, 0);
            peer.says(WU, Flags.ACK, 1, 0);
            peer.saysData(0x1230, 1, PING_CALL);
            answer(peer.session.accept());
            peer.sees(WU, Flags.ACK, 1, 0);
            assertArrayEquals(OK, peer.seesData(1, OK.length));
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("transport row 114: a request of 200040 bytes is granted again in one update, before the answer")
    void grantsABigRequestAtOnce() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            CompletableFuture<Void> served = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (Stream stream = peer.session.accept()) {
                    byte[] buffer = new byte[4_096]; // as a buffered reader does
                    for (int left = 200_040; left > 0; ) {
                        left -= stream.input().read(buffer, 0, Math.min(left, buffer.length));
                    }
                    stream.output().write(OK);
                    served.complete(null);
                } catch (Exception e) {
                    served.completeExceptionally(e);
                }
            });
            byte[] request = DialogueTest.generated(0, 200_040);
            peer.says(WU, Flags.SYN, 1, 0);
            peer.saysData(0, 1, request);
            peer.sees(WU, Flags.ACK, 1, 0);
            int granted = 0;
            FrameHeader next = peer.sees();
            assertEquals(WU, next.type());
            granted += next.length();
            assertTrue(granted >= 131_072, () -> next.toString());
            assertArrayEquals(OK, peer.seesData(1, OK.length));
            served.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("transport row 114: consumed in one read, the update is exactly 200040")
    void grantsExactlyWhatOneReadTook() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            byte[] request = DialogueTest.generated(0, 200_040);
            peer.saysData(Flags.SYN, 1, request);
            peer.says(PING, Flags.SYN, 0, 1);
            peer.sees(PING, Flags.ACK, 0, 1);
            Stream stream = peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);

            byte[] read = new byte[200_040];
            assertEquals(200_040, stream.input().read(read));
            assertArrayEquals(request, read);
            peer.sees(WU, 0, 1, 200_040);
            peer.seesNothingElse();
            stream.close();
        }
    }

    @Test
    @DisplayName("yamux matrix D06: half the window less one byte grants nothing, one more grants it all")
    void grantsAtHalfTheWindow() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN, 1, new byte[131_071]);
            Stream stream = peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);
            stream.input().readNBytes(131_071);
            peer.seesNothingElse();
            peer.saysData(0, 1, new byte[1]);
            stream.input().read();
            peer.sees(WU, 0, 1, 131_072);
            peer.seesNothingElse();
            stream.close();
        }
    }

    @Test
    @DisplayName("transport rows 115, 116; yamux matrix D04, D05, D10: exactly the credit, no wrap")
    void spendsExactlyTheCredit() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            byte[] reply = DialogueTest.generated(0, 300_000);
            peer.says(WU, Flags.SYN, 1, 0);
            Stream stream = peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);
            Thread writer = Thread.ofVirtual().start(() -> {
                try (stream) {
                    stream.output().write(reply);
                } catch (Exception e) {
                    // the peer misses the rest
                }
            });
            byte[] got = new byte[reply.length];
            System.arraycopy(peer.seesData(1, 262_144), 0, got, 0, 262_144);
            peer.seesNothingElse();
            peer.says(WU, 0, 1, 1);
            System.arraycopy(peer.seesData(1, 1), 0, got, 262_144, 1);
            peer.says(WU, 0, 1, 1_000);
            System.arraycopy(peer.seesData(1, 1_000), 0, got, 262_145, 1_000);
            peer.seesNothingElse();
            peer.says(WU, 0, 1, -1);
            peer.says(WU, 0, 1, -1);
            int rest = reply.length - 263_145;
            System.arraycopy(peer.seesData(1, rest), 0, got, 263_145, rest);
            peer.sees(WU, Flags.FIN, 1, 0);
            assertArrayEquals(reply, got);
            assertTrue(writer.join(Duration.ofSeconds(5)));
        }
    }

    @Test
    @DisplayName("yamux matrix F09: a header over the window ends the session before any of its body")
    void refusesTooMuchByTheHeader() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            peer.says(DATA, 0, 1, -1);
            peer.seesGoAway(1);
        }
    }

    @Test
    @DisplayName("yamux matrix F08: bytes of a frame can be read before it is complete; B17: FIN comes after them")
    void deliversPiecewise() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(DATA, Flags.SYN | Flags.FIN, 1, 3);
            peer.says(new byte[] {7});
            Stream stream = peer.session.accept();
            assertEquals(7, stream.peek());
            assertEquals(7, stream.input().read());
            peer.says(new byte[] {8, 9});
            assertArrayEquals(new byte[] {8, 9}, stream.input().readAllBytes());
            stream.close();
        }
    }

    @Test
    @DisplayName("yamux matrix F12: the connection ends inside a body: what came is readable, then an error")
    void neverTakesABrokenConnectionForTheEndOfInput() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(DATA, Flags.SYN | Flags.FIN, 1, 10);
            peer.says(new byte[] {1, 2, 3});
            Stream stream = peer.session.accept();
            assertEquals(1, stream.peek());
            peer.saysNoMore();

            assertArrayEquals(new byte[] {1, 2, 3}, stream.input().readNBytes(3));
            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertTrue(String.valueOf(end.getMessage()).contains("7 bytes before its end"), end::getMessage);
            stream.close();
        }
    }
}
