package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group D, credit and windows, against plain frames.
@ExtendWith(Leaks.class)
@Timeout(120)
class FlowControlTest {
    private static final int HALF = WINDOW / 2;

    private static long granted(List<Frame> frames, int id) {
        return frames.stream().filter(frame -> frame.type() == WU && frame.id() == id).mapToLong(Frame::length).sum();
    }

    @Test
    @DisplayName("D02, B33: one stream carries 1 GiB, and the session never holds more than the window and its queues")
    void carriesAGibibyte() throws Exception {
        long length = 1L << 30;
        try (Pair pair = Pair.inMemory(); Pair.Ends stream = pair.open()) {
            Task<Void> writing = Task.run(() -> {
                byte[] block = Load.bytes(1 << 16); // the sequence repeats every 2^24 bytes, but not its blocks' order
                for (long at = 0; at < length; at += block.length) {
                    block[0] = (byte) (at >> 16);
                    block[1] = (byte) (at >> 24);
                    stream.client().output().write(block);
                }
                stream.client().finishWriting();
            });
            byte[] block = new byte[1 << 16];
            int most = 0;
            for (long at = 0; at < length; at += block.length) {
                assertEquals(block.length, stream.server().input().readNBytes(block, 0, block.length));
                assertEquals((byte) (at >> 16), block[0]);
                assertEquals((byte) (at >> 24), block[1]);
                most = Math.max(most, pair.serverInside.buffersLent());
            }
            assertEquals(-1, stream.server().input().read());
            writing.get();
            assertTrue(most <= 600, "it held " + most + " buffers");
        }
    }

    @Test
    @DisplayName("D04, D05: at a window of 0 the writer stops, a credit of 1 lets one byte out, in order")
    void spendsExactlyTheCredit() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            byte[] all = Load.bytes(WINDOW + 1_001);
            Task<Void> writing = Task.run(() -> stream.output().write(all));
            assertArrayEquals(Load.bytes(WINDOW), peer.seesData(1, WINDOW));
            peer.seesNothingElse();
            assertFalse(writing.isDone());
            peer.says(WU, 0, 1, 1);
            assertArrayEquals(Load.bytes(WINDOW, 1), peer.seesData(1, 1));
            peer.seesNothingElse();
            assertFalse(writing.isDone());
            peer.says(WU, 0, 1, 1_000);
            assertArrayEquals(Load.bytes(WINDOW + 1, 1_000), peer.seesData(1, 1_000));
            writing.get();
        }
    }

    @Test
    @DisplayName("D06: half the window less one byte read gives no update, one more gives one")
    void grantsAtHalfTheWindow() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(HALF - 1));
            Load.read(stream.input(), HALF - 1);
            peer.seesNothingElse();
            peer.saysData(0, 1, Load.bytes(1));
            Load.read(stream.input(), 1);
            peer.sees(WU, 0, 1, HALF);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("D07, D20, B35: a slow reader is granted what it has read, and not a byte more")
    void grantsWhatWasRead() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.QUIET, clock)) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(WINDOW));
            long granted = 0;
            for (long read = 4_096, sent = WINDOW; read < 4 * WINDOW; read += 4_096) {
                assertEquals(4_096, stream.input().readNBytes(4_096).length);
                clock.advanceSeconds(1);
                granted += granted(peer.settles(), 1);
                assertTrue(granted <= read, granted + " bytes granted, " + read + " read");
                assertTrue(read - granted < HALF, granted + " bytes granted, " + read + " read");
                int next = (int) (WINDOW + granted - sent);
                peer.saysData(0, 1, new byte[next]);
                sent += next;
            }
        }
    }

    @Test
    @DisplayName("D08, B13: a stream nobody reads stops its writer after one window, and no other stream")
    void stopsOnlyTheStreamThatNobodyReads() throws Exception {
        try (Pair pair = Pair.inMemory()) {
            Pair.Ends unread = pair.open();
            Task<Void> stuck = Task.run(() -> Load.write(unread.client().output(), WINDOW + 1L, 1 << 12));
            Pair.Ends lively = pair.open();
            Task<Void> writing = Task.run(() -> Load.write(lively.client().output(), 10L * WINDOW));
            Load.read(lively.server().input(), 10L * WINDOW);
            writing.get();
            assertFalse(stuck.isDone());
            Load.read(unread.server().input(), WINDOW + 1L);
            stuck.get();
        }
    }

    @Test
    @DisplayName("D09: one byte more than the window, in the first frame or the last, ends the session")
    void refusesOneByteTooMuch() throws Exception {
        for (int first : new int[] {0, 1, WINDOW - 1, WINDOW}) {
            try (RawPeer peer = RawPeer.ofServer()) {
                Stream stream = peer.opens(1);
                if (first > 0) {
                    peer.saysData(0, 1, Load.bytes(first));
                }
                peer.says(DATA, 0, 1, WINDOW - first + 1);
                peer.seesGoAway(1);
                Load.read(stream.input(), first);
                assertEquals(Origin.LOCAL, assertThrows(SessionClosed.class, () -> stream.input().read()).origin());
            }
        }
    }

    @Test
    @DisplayName("D10, B42: many window updates beyond 2^32-1 in all: no wrap, the writer goes on")
    void doesNotWrap() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Load.write(stream.output(), WINDOW);
            peer.seesData(1, WINDOW);
            for (int i = 0; i < 16; i++) {
                peer.says(WU, 0, 1, 1 << 28);
            }
            peer.says(WU, 0, 1, WINDOW - 1); // with 32 bits the window would be there, or nearly closed
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), 2 * WINDOW));
            peer.seesData(1, 2 * WINDOW);
            writing.get();
        }
    }

    @Test
    @DisplayName("D11: window updates of 0: harmless up to the budget of a second, in every second")
    void bearsEmptyUpdates() throws Exception {
        ManualClock clock = new ManualClock();
        int budget = 1_000;
        SessionConfig config = Settings.QUIET.withEmptyFramesPerSecond(budget);
        try (RawPeer peer = new RawPeer(false, config, clock)) {
            Stream stream = peer.opens(1);
            for (int second = 0; second < 20; second++) {
                for (int i = 0; i < budget; i++) {
                    peer.says(WU, 0, 1, 0);
                }
                peer.seesNothingElse();
                clock.advanceSeconds(1);
            }
            stream.output().write(1);
            assertEquals(1, peer.seesData(1, 1)[0]);
            for (int i = 0; i <= budget; i++) {
                peer.says(WU, 0, 1, 0);
            }
            peer.seesGoAway(1);
        }
    }

    @Test
    @DisplayName("D12, B87: window updates after our FIN, after the peer's FIN, for a dead stream")
    void takesLateCredit() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(WU, FIN, 1, 0);
            peer.says(WU, 0, 1, 1_000); // the peer still reads
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), WINDOW + 1_000));
            peer.seesData(1, WINDOW + 1_000);
            writing.get();
            stream.close();
            peer.sees(WU, FIN, 1, 0);
            peer.says(WU, 0, 1, 1_000);

            Stream other = peer.opens(3);
            other.finishWriting();
            peer.sees(WU, FIN, 3, 0);
            peer.says(WU, 0, 3, 1_000);
            peer.saysData(FIN, 3, Load.bytes(5));
            Load.readToTheEnd(other.input(), 5);
            peer.says(WU, 0, 3, 1_000);
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("D12: no credit is sent to a peer that has finished")
    void grantsNothingAfterTheEnd() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(FIN, 1, Load.bytes(WINDOW));
            Load.readToTheEnd(stream.input(), WINDOW);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("D13: a reset races with a grant and with a blocked writer: no exception but the reset's, no hang")
    void survivesAResetAmongGrants() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 200; i++) {
                int id = 2 * i + 1;
                peer.says(WU, SYN, id, 0);
                Stream stream = peer.session.accept();
                peer.saysData(0, id, Load.bytes(WINDOW));
                Task<Void> reading = Task.run(() -> Load.read(stream.input(), 2 * WINDOW));
                Task<Void> writing = Task.run(() -> Load.write(stream.output(), 2 * WINDOW));
                peer.says(WU, 0, id, i);
                peer.says(WU, RST, id, 0);
                peer.says(WU, 0, id, 1_000);
                peer.settles();
                reading.fails(StreamReset.class);
                writing.fails(StreamReset.class);
            }
        }
    }

    @Test
    @DisplayName("D16: both ends write 16 MiB on 50 streams before they read: writers wait, pings work, then all goes")
    void waitsWithoutReaders() throws Exception {
        int each = (16 << 20) / 50;
        try (Pair pair = new Pair(Wire.memory(10_240))) {
            List<Pair.Ends> streams = pair.open(50);
            List<Task<Void>> writing = new java.util.ArrayList<>();
            for (Pair.Ends ends : streams) {
                for (Stream end : List.of(ends.client(), ends.server())) {
                    writing.add(Task.run(() -> {
                        end.output().write(Load.bytes(each));
                        end.finishWriting();
                    }));
                }
            }
            pair.client.ping();
            pair.server.ping();
            assertTrue(writing.stream().noneMatch(Task::isDone)); // each is more than a window
            List<Task<Void>> reading = new java.util.ArrayList<>();
            for (Pair.Ends ends : streams) {
                for (Stream end : List.of(ends.client(), ends.server())) {
                    reading.add(Task.run(() -> Load.readToTheEnd(end.input(), each)));
                }
            }
            for (Task<Void> one : writing) {
                one.get();
            }
            for (Task<Void> one : reading) {
                one.get();
            }
        }
    }

    @Test
    @DisplayName("D22: after traffic an idle stream, and an idle session, hold no buffer")
    void holdsNothingWhenIdle() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.settles();
            int idle = peer.inside().buffersLent();
            assertTrue(idle <= 1, "more than what the session reads into");
            peer.saysData(0, 1, Load.bytes(WINDOW));
            Load.read(stream.input(), WINDOW);
            Load.write(stream.output(), WINDOW);
            peer.settles();
            Task.until(() -> peer.inside().buffersLent() == idle);
        }
    }

    @Test
    @DisplayName("D23: what has arrived is readable after the peer's FIN, after the end of the session in every way")
    void keepsWhatHasArrived() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream finished = peer.opens(1);
            peer.saysData(FIN, 1, Load.bytes(100));
            Stream open = peer.opens(3);
            peer.saysData(0, 3, Load.bytes(100));
            peer.settles();
            peer.session.close();
            Load.readToTheEnd(finished.input(), 100);
            Load.read(open.input(), 100);
            assertThrows(SessionClosed.class, () -> open.input().read());
        }
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.PLAIN, clock)) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(100));
            peer.settles();
            clock.advanceSeconds(30);
            peer.sees(PING, SYN, 0, 0);
            clock.advanceSeconds(10);
            peer.seesTheEnd();
            Load.read(stream.input(), 100);
            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertTrue(String.valueOf(end.getMessage()).contains("keep-alive"), end::getMessage);
        }
    }

    @Test
    @DisplayName("D18: a window that one side alone enlarges is used in full")
    void usesAWindowLargerThanItsOwn() throws Exception {
        try (RawPeer peer = RawPeer.ofClient()) {
            Stream stream = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            peer.says(WU, ACK, 1, 15 << 20);
            Task<Void> writing = Task.run(() -> Load.write(stream.output(), (15 << 20) + WINDOW));
            for (long at = 0, all = (15 << 20) + WINDOW; at < all; at += Frame.WINDOW / 4) {
                assertArrayEquals(Load.bytes(at, WINDOW / 4), peer.seesData(1, WINDOW / 4));
            }
            writing.get();
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("D07, B34: what a reader had in hand when it stopped reading is granted again")
    void countsWhatAReaderHadInHand() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(WINDOW));
            peer.settles();
            assertEquals(0, stream.input().read());
            stream.stopReading();
            long granted = granted(peer.settles(), 1);
            long owed = WINDOW - granted; // less than half a window, so that half a window is reached with the rest of it
            assertTrue(owed < HALF, granted + " granted");
            peer.saysData(0, 1, Load.bytes((int) (HALF - owed)));
            assertEquals(HALF, granted(peer.settles(), 1));
        }
    }
}
