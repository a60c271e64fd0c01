package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The matrix's group F as the peer sees it. The decoder's own tests are in `internal`.
@ExtendWith(Leaks.class)
@Timeout(120)
class FramesTest {
    /// A conversation with every type of frame: what the peer says, and the answer to it.
    private static final byte[] SAID = join(
            Frame.header(WU, SYN, 1, 0),
            Frame.data(0, 1, Load.bytes(40)),
            Frame.header(PING, SYN, 0, 0xfedc_ba98),
            Frame.data(SYN | FIN, 3, Load.bytes(7)),
            Frame.data(FIN, 1, Load.bytes(40, 20)),
            Frame.header(GO_AWAY, 0, 0, 0));

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void conversation(RawPeer peer) throws Exception {
        Stream one = peer.session.accept();
        Load.readToTheEnd(one.input(), 60);
        Stream other = peer.session.accept();
        Load.readToTheEnd(other.input(), 7);
        List<Frame> seen = peer.settles();
        assertTrue(seen.contains(new Frame(PING, ACK, 0, 0xfedc_ba98)), seen::toString);
        assertEquals(Origin.REMOTE,
                assertThrows(MuxException.OpenRefused.class, () -> peer.session.open()).origin());
        one.close();
        other.close();
    }

    @Test
    @DisplayName("F02: a conversation cut at any byte is the same conversation")
    void understandsEveryCut() throws Exception {
        for (int cut = 0; cut <= SAID.length; cut++) {
            try (RawPeer peer = RawPeer.ofServer()) {
                long first = cut;
                peer.says(Arrays.copyOfRange(SAID, 0, cut));
                Task.until(() -> peer.session.statistics().bytesReceived() == first);
                peer.says(Arrays.copyOfRange(SAID, cut, SAID.length));
                conversation(peer);
            }
        }
    }

    @Test
    @DisplayName("F03: a conversation of which every read gets one byte")
    void understandsSingleBytes() throws Exception {
        try (RawPeer peer = new RawPeer(false, 0, Settings.QUIET, new ManualClock(), 1)) {
            Load.echo(peer.session);
            Task<Void> talking = Task.run(() -> {
                peer.says(WU, SYN, 1, 0);
                peer.saysData(0, 1, Load.bytes(5_000));
            });
            peer.sees(WU, ACK, 1, 0);
            assertArrayEquals(Load.bytes(5_000), peer.seesData(1, 5_000));
            talking.get();
            peer.says(WU, FIN, 1, 0);
            peer.sees(WU, FIN, 1, 0);
            peer.seesNothingElse();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0, version 1", "255, 0, version 255", "0, 4, type 4", "0, 255, type 255"})
    @DisplayName("F04, F05: another version or type: go away 1, and the error names it")
    void refusesWhatItDoesNotKnow(int version, int type, String named) throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            byte[] frame = Frame.header(PING, SYN, 0, 0);
            frame[0] = (byte) version;
            frame[1] = (byte) type;
            Task<Stream> accepting = Task.of(() -> peer.session.accept());
            peer.says(frame);
            peer.seesGoAway(1);

            SessionClosed end = accepting.fails(SessionClosed.class);
            assertEquals(Origin.LOCAL, end.origin());
            assertEquals(1, end.code());
            assertTrue(String.valueOf(end.getMessage()).contains(named), end::getMessage);
            assertTrue(end.getCause() instanceof ProtocolViolation);
        }
    }

    @Test
    @DisplayName("F06: unknown flag bits on every type are ignored, and counted")
    void ignoresUnknownFlags() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, 0xfff0 | SYN, 1, 0);
            peer.says(PING, 0xfff0 | SYN, 0, 5);
            peer.says(GO_AWAY, 0xfff0, 0, 0);
            peer.saysData(0xfff0, 1, Load.bytes(3));
            Stream stream = peer.session.accept();
            Load.read(stream.input(), 3);

            assertEquals(4, peer.session.statistics().oddFrames());
            assertTrue(peer.settles().contains(new Frame(PING, ACK, 0, 5)));
            stream.close();
        }
    }

    @Test
    @DisplayName("F07: data of length 0 without flags is traffic, and costs no credit")
    void acceptsEmptyData() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            for (int i = 0; i < 1_000; i++) {
                peer.says(DATA, 0, 1, 0);
            }
            peer.saysData(FIN, 1, Load.bytes(WINDOW)); // the whole window is still there
            Load.readToTheEnd(stream.input(), WINDOW);
            stream.close();
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("F08: of a frame as large as the window every part is readable before the next has come")
    void deliversAWindowPiecewise() throws Exception {
        byte[] body = Load.bytes(WINDOW);
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(DATA, FIN, 1, WINDOW);
            int piece = 1_021;
            for (int at = 0; at < WINDOW; at += piece) {
                byte[] part = Arrays.copyOfRange(body, at, Math.min(WINDOW, at + piece));
                peer.says(part);
                assertArrayEquals(part, stream.input().readNBytes(part.length));
            }
            assertEquals(-1, stream.input().read());
            stream.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {WINDOW + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    @DisplayName("F09: a header over the window ends the session before any of its body")
    void refusesTooMuchByTheHeader(int length) throws Exception {
        for (int flags : new int[] {0, SYN, FIN}) {
            try (RawPeer peer = RawPeer.ofServer()) {
                int id = flags == SYN ? 3 : 1;
                peer.says(WU, SYN, 1, 0);
                peer.says(DATA, flags, id, length);
                peer.seesGoAway(1);
                assertEquals(0, peer.session.statistics().discardedBytes());
            }
        }
    }

    @Test
    @DisplayName("F10: 4 GiB for an unknown stream are dropped within a budget, then the session ends")
    void dropsWhatNobodyGets() throws Exception {
        long budget = 100_000;
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withDeadStreamBytes(budget))) {
            peer.settles();
            int before = peer.inside().buffersLent();
            peer.says(DATA, 0, 9, -1);
            peer.says(new byte[(int) budget]);
            Task.until(() -> peer.session.statistics().discardedBytes() == budget);
            assertTrue(peer.session.isOpen());
            assertEquals(before, peer.inside().buffersLent());
            peer.says(new byte[1]);
            peer.seesGoAway(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("F11: silence inside a header or a body: keep-alive ends the session, others have had their answers")
    void endsASilentPeer(boolean insideBody) throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            Load.echo(peer.session);
            peer.saysData(SYN, 1, Load.bytes(3));
            peer.sees(WU, ACK, 1, 0);
            peer.seesData(1, 3);
            byte[] last = insideBody ? Frame.header(DATA, 0, 1, 100) : new byte[] {0, 0, 0};
            long heard = peer.session.statistics().bytesReceived() + last.length;
            peer.says(last);
            Task.until(() -> peer.session.statistics().bytesReceived() == heard);
            clock.advanceSeconds(29);
            assertTrue(peer.session.isOpen());
            clock.advanceSeconds(1);
            peer.sees(PING, SYN, 0, 0);
            clock.advanceSeconds(10);
            peer.seesTheEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 13, 21})
    @DisplayName("F12: the transport ends inside a header or body: what came is readable, then \"connection lost\"")
    void neverTakesALostConnectionForTheEnd(int cut) throws Exception {
        byte[] frame = Frame.data(FIN, 1, Load.bytes(10));
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(Arrays.copyOf(frame, cut));
            peer.saysNoMore();

            Load.read(stream.input(), Math.max(0, cut - Frame.BYTES));
            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertEquals(Origin.TRANSPORT, end.origin());
            assertTrue(String.valueOf(end.getMessage()).contains("inside a frame"), end::getMessage);
            stream.close();
        }
    }

    @Test
    @DisplayName("F13: the number of a window update, ping or go away is no size")
    void readsNoBodyWhereThereIsNone() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(WU, 0, 1, 500);
            peer.says(PING, SYN, 0, 500);
            peer.saysData(0, 1, Load.bytes(4));
            peer.sees(PING, ACK, 0, 500);
            Load.read(stream.input(), 4);
            peer.says(GO_AWAY, 0, 0, 0);
            peer.saysData(FIN, 1, Load.bytes(4));
            Load.readToTheEnd(stream.input(), 4);
            stream.close();
        }
    }

    @Test
    @DisplayName("F01: numbers at the edges of 32 bits keep their sign and size")
    void keepsTheEdgesOf32Bits() throws Exception {
        for (int value : new int[] {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            try (RawPeer peer = RawPeer.ofServer()) {
                peer.says(PING, SYN, 0, value);
                peer.sees(PING, ACK, 0, value);
                peer.says(WU, SYN, 0xffff_ffff, value); // 2^32 - 1 is an odd number
                Stream stream = peer.session.accept();
                assertEquals(0xffff_ffff, stream.id());
                peer.sees(WU, ACK, 0xffff_ffff, 0);
                stream.close();
                peer.sees(WU, FIN, 0xffff_ffff, 0);
            }
        }
        try (RawPeer peer = RawPeer.ofClient()) {
            peer.says(GO_AWAY, 0, 0, Integer.MIN_VALUE);
            peer.seesTheEnd();
            assertEquals(1L << 31, assertThrows(SessionClosed.class, () -> peer.session.ping()).code());
        }
    }
}
