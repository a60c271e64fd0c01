package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group H, endings in order.
@ExtendWith(Leaks.class)
@Timeout(120)
class HalfCloseTest {
    @Test
    @DisplayName("H01, H02: this side finishes and reads on; the peer finishes and this side writes on")
    void goesOnInTheOtherDirection() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            stream.finishWriting();
            peer.sees(WU, FIN, 1, 0);
            peer.saysData(0, 1, Load.bytes(WINDOW));
            Load.read(stream.input(), WINDOW);
            assertTrue(peer.settles().stream().mapToInt(Frame::length).sum() >= WINDOW / 2);
            peer.says(WU, FIN, 1, 0);
            assertEquals(-1, stream.input().read());

            Stream other = peer.opens(3);
            peer.says(WU, FIN, 3, 0);
            assertEquals(-1, other.input().read());
            other.output().write(Load.bytes(1_000));
            assertArrayEquals(Load.bytes(1_000), peer.seesData(3, 1_000));
            other.finishWriting();
            peer.sees(WU, FIN, 3, 0);
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("H03: both finish, in either order: the stream is gone once")
    void isGoneWhenBothHaveFinished() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 20; i++) {
                int id = 2 * i + 1;
                Stream stream = peer.opens(id);
                if (i % 2 == 0) {
                    stream.finishWriting();
                    peer.sees(WU, FIN, id, 0);
                    peer.says(WU, FIN, id, 0);
                } else {
                    peer.says(WU, FIN, id, 0);
                    peer.settles();
                    assertEquals(1, peer.session.openStreams());
                    stream.finishWriting();
                    peer.sees(WU, FIN, id, 0);
                }
                peer.seesNothingElse();
                assertEquals(0, peer.session.openStreams());
                assertEquals(-1, stream.input().read());
            }
        }
    }

    @Test
    @DisplayName("H04, B17: 100,000 times body and FIN in one frame to a blocked reader: the body, then the end")
    void deliversTheBodyThatComesWithFin() throws Exception {
        int times = 100_000;
        byte[] body = Load.bytes(5);
        AtomicInteger done = new AtomicInteger();
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.seesWhatever();
            Task<Void> reading = Task.run(() -> {
                for (int i = 0; i < times; i++) {
                    try (Stream stream = peer.session.accept()) {
                        assertArrayEquals(body, stream.input().readAllBytes(), () -> "stream " + stream.id());
                        done.incrementAndGet();
                    }
                }
            });
            for (int i = 0; i < times; i++) {
                int id = 2 * i + 1;
                byte[] syn = Frame.header(WU, SYN, id, 0);
                byte[] fin = Frame.data(FIN, id, body);
                while (i - done.get() > 200) {
                    Thread.yield();
                }
                peer.says(syn);
                peer.says(fin);
            }
            reading.get();
        }
    }

    @Test
    @DisplayName("H05, B18: the wire shows the data, then one empty frame with FIN, whatever is called how often")
    void sendsFinAloneAndOnce() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            stream.output().write(Load.bytes(10));
            stream.output().close();
            stream.finishWriting();
            stream.close();
            assertEquals(List.of(new Frame(DATA, 0, 1, 10), new Frame(WU, FIN, 1, 0)), peer.settles());
            peer.saysData(0, 1, Load.bytes(WINDOW)); // dropped, its credit comes back without another FIN
            for (Frame frame : peer.settles()) {
                assertEquals(0, frame.flags(), frame::toString);
            }
        }
    }

    @Test
    @DisplayName("H06: a second FIN is ignored, and counted")
    void ignoresASecondFin() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            long before = peer.session.statistics().oddFrames();
            peer.says(WU, FIN, 1, 0);
            peer.says(WU, FIN, 1, 0);
            peer.says(DATA, FIN, 1, 0);
            peer.seesNothingElse();
            assertEquals(before + 2, peer.session.statistics().oddFrames());
            stream.output().write(1);
            assertEquals(1, peer.seesData(1, 1)[0]);
        }
    }

    @Test
    @DisplayName("H07: data after FIN is never delivered, and is borne only within the budget for dead streams")
    void dropsDataAfterFin() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withDeadStreamBytes(1_000))) {
            Stream stream = peer.opens(1);
            peer.saysData(FIN, 1, Load.bytes(5));
            peer.saysData(0, 1, Load.bytes(1_000));
            peer.seesNothingElse();
            Load.readToTheEnd(stream.input(), 5);
            peer.saysData(0, 1, Load.bytes(1));
            peer.seesGoAway(1);
        }
    }

    @Test
    @DisplayName("H08, B09: FIN on a window update wakes a reader; RST on one wakes reader and writer; on data likewise")
    void wakesWhoeverWaits() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream finished = peer.opens(1);
            Task<Integer> reading = Task.of(() -> finished.input().read()).awaitBlocked();
            peer.says(WU, FIN, 1, 0);
            assertEquals(-1, reading.get());

            for (int type : new int[] {WU, DATA}) {
                int id = type == WU ? 3 : 5;
                Stream reset = peer.opens(id);
                Load.write(reset.output(), WINDOW);
                peer.seesData(id, WINDOW);
                Task<Integer> reader = Task.of(() -> reset.input().read()).awaitBlocked();
                Task<Void> writer = Task.run(() -> reset.output().write(1)).awaitBlocked();
                peer.says(type, RST, id, 0);
                reader.fails(StreamReset.class);
                writer.fails(StreamReset.class);
            }
        }
    }

    @Test
    @DisplayName("H13: writing after local finish, remote reset, local reset, session end: four errors")
    void tellsEndingsApart() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream finished = peer.opens(1);
            finished.finishWriting();
            assertThrows(StreamFinished.class, () -> finished.output().write(1));
            assertThrows(StreamFinished.class, () -> finished.output().write(new byte[0]));
            peer.sees(WU, FIN, 1, 0);

            Stream remote = peer.opens(3);
            peer.says(WU, RST, 3, 0);
            peer.settles();
            assertEquals(Origin.REMOTE, assertThrows(StreamReset.class, () -> remote.output().write(1)).origin());

            Stream local = peer.opens(5);
            local.reset();
            assertEquals(Origin.LOCAL, assertThrows(StreamReset.class, () -> local.output().write(1)).origin());
            peer.sees(WU, RST, 5, 0);

            Stream lost = peer.opens(7);
            peer.session.close();
            assertThrows(MuxException.SessionClosed.class, () -> lost.output().write(1));
        }
    }

    @Test
    @DisplayName("H15, B23, B27: finish with data that waits for the window: FIN goes after the data")
    void sendsFinAfterTheData() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Void> writing = Task.run(() -> {
                stream.output().write(Load.bytes(WINDOW + 1_000));
                stream.close();
            });
            assertArrayEquals(Load.bytes(WINDOW), peer.seesData(1, WINDOW));
            peer.seesNothingElse();
            peer.says(WU, 0, 1, 1_000);
            assertArrayEquals(Load.bytes(WINDOW, 1_000), peer.seesData(1, 1_000));
            peer.sees(WU, FIN, 1, 0);
            writing.get();
        }
    }

    @Test
    @DisplayName("H15, T04: another thread finishes under a writer that waits: FIN if nothing was sent, RST if a part was")
    void finishesUnderAWriter() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            Task<Void> writing = Task.run(() -> stream.output().write(Load.bytes(WINDOW + 1)));
            peer.seesData(1, WINDOW);
            writing.awaitBlocked();
            stream.finishWriting();
            assertEquals(Origin.LOCAL, writing.fails(StreamReset.class).origin());
            peer.sees(WU, RST, 1, 0); // it must not take the part for all

            Stream other = peer.opens(3);
            Load.write(other.output(), WINDOW);
            peer.seesData(3, WINDOW);
            Task<Void> waiting = Task.run(() -> other.output().write(1)).awaitBlocked();
            other.finishWriting();
            waiting.fails(StreamFinished.class);
            peer.sees(WU, FIN, 3, 0);
            peer.seesNothingElse();
        }
    }

    @Test
    @DisplayName("H17, B14: stop reading: the peer's writer goes on for a bounded amount, then is reset")
    void doesNotLeaveAWriterHanging() throws Exception {
        long most = 3L * WINDOW;
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withDeadStreamBytes(most))) {
            Stream stream = peer.opens(1);
            Task<Integer> reading = Task.of(() -> stream.input().read()).awaitBlocked();
            stream.stopReading();
            reading.fails(StreamFinished.class);
            assertThrows(StreamFinished.class, () -> stream.input().read());
            long sent = 0;
            for (int credit = WINDOW; credit > 0 && sent < 2 * most; ) {
                int piece = Math.min(credit, WINDOW / 4);
                peer.saysData(0, 1, Load.bytes(piece));
                sent += piece;
                credit -= piece;
                for (Frame frame : peer.settles()) {
                    if (frame.has(RST)) {
                        assertTrue(sent > most, sent + " bytes borne");
                        return;
                    }
                    credit += frame.length();
                }
            }
            throw new AssertionError("neither credit nor a reset after " + sent + " bytes");
        }
    }

    @Test
    @DisplayName("H17: a stream that stopped reading can still write, and finishes in order")
    void writesAfterItStoppedReading() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(100));
            peer.settles();
            stream.input().close();
            stream.output().write(Load.bytes(50));
            stream.finishWriting();
            assertArrayEquals(Load.bytes(50), peer.seesData(1, 50));
            peer.sees(WU, FIN, 1, 0);
            peer.saysData(FIN, 1, Load.bytes(100, 100));
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("H18, B68: closed here and never finished there: RST after the close timeout, and the stream is gone")
    void givesUpAClosedStream() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.QUIET, clock)) {
            Stream closed = peer.opens(1);
            Stream halfClosed = peer.opens(3);
            closed.close();
            peer.sees(WU, FIN, 1, 0);
            halfClosed.finishWriting();
            peer.sees(WU, FIN, 3, 0);
            clock.advanceSeconds(299);
            peer.seesNothingElse();
            clock.advanceSeconds(1);
            peer.sees(WU, RST, 1, 0);
            peer.seesNothingElse(); // the half closed one may go on for ever
            while (peer.session.openStreams() != 1) { // it is forgotten after the RST has left
                Thread.onSpinWait();
            }
            peer.says(WU, FIN, 3, 0);
            assertEquals(-1, halfClosed.input().read());
        }
    }

    @Test
    @DisplayName("H19: close from many threads, twice, reset after close, close after reset: one ending on the wire")
    void endsOnce() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 50; i++) {
                int id = 2 * i + 1;
                Stream stream = peer.opens(id);
                List<Task<Void>> closing = new java.util.ArrayList<>();
                for (int n = 0; n < 8; n++) {
                    closing.add(Task.run(stream::close));
                }
                for (Task<Void> one : closing) {
                    one.get();
                }
                stream.close();
                assertEquals(List.of(new Frame(WU, FIN, id, 0)), peer.settles());
                stream.reset();
                stream.reset();
                stream.close();
                assertEquals(List.of(new Frame(WU, RST, id, 0)), peer.settles());
                stream.finishWriting();
                peer.seesNothingElse();
            }
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("H20: the peer has finished and waits for minutes: its reset ends the stream with an error that says so")
    void isTimedOutByThePeer() throws Exception {
        ManualClock clock = new ManualClock();
        try (RawPeer peer = new RawPeer(false, Settings.QUIET, clock)) {
            Stream stream = peer.opens(1);
            peer.saysData(FIN, 1, Load.bytes(3));
            Load.readToTheEnd(stream.input(), 3);
            clock.advanceSeconds(299);
            stream.output().write(1); // we may still answer
            assertEquals(1, peer.seesData(1, 1)[0]);
            peer.says(WU, RST, 1, 0); // as hashicorp's implementation does after 5 min
            peer.settles();
            StreamReset reset = assertThrows(StreamReset.class, () -> stream.output().write(1));
            assertEquals(Origin.REMOTE, reset.origin());

            Stream waiting = peer.opens(3); // the other way round: we have finished, and wait
            waiting.finishWriting();
            peer.sees(WU, FIN, 3, 0);
            clock.advanceSeconds(601);
            peer.saysData(FIN, 3, Load.bytes(3));
            Load.readToTheEnd(waiting.input(), 3);
        }
    }
}
