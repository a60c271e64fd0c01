package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's group H, streams that are broken off.
@ExtendWith(Leaks.class)
@Timeout(120)
class ResetTest {
    private static StreamReset resetOf(Stream stream) {
        return assertThrows(StreamReset.class, () -> stream.input().read());
    }

    @Test
    @DisplayName("H09: the code of a reset: the number of a window update with RST; 0 on data, and without one")
    void showsTheCode() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            int id = 3;
            for (int code : new int[] {0, 5, Integer.MAX_VALUE, -1}) {
                id += 2;
                Stream stream = peer.opens(id);
                peer.says(WU, RST, stream.id(), code);
                peer.settles();
                assertEquals(Integer.toUnsignedLong(code), resetOf(stream).code());
                assertEquals(Origin.REMOTE, resetOf(stream).origin());
            }
            Stream stream = peer.opens(3);
            peer.saysData(RST, 3, Load.bytes(9));
            peer.seesNothingElse();
            assertEquals(0, resetOf(stream).code());
        }
    }

    @Test
    @DisplayName("T11: no memory for what arrives: that stream is reset, on both sides; its neighbour and all accounts are as before")
    void resetsWhatItCannotKeep() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream poor = peer.opens(1);
            Stream neighbour = peer.opens(3);
            int window = 262_144;
            peer.inside().runOutOfMemory();
            peer.saysData(0, 1, Load.bytes(2_000));
            peer.sees(WU, RST, 1, 0);
            assertTrue(peer.inside().ranOutOfMemory());
            StreamReset reset = resetOf(poor);
            assertEquals(Origin.LOCAL, reset.origin());
            assertEquals("stream 1 was reset: no memory for 2000 bytes that arrived", reset.getMessage());

            peer.saysData(0, 1, Load.bytes(window - 2_000)); // was under way
            peer.saysData(0, 3, Load.bytes(window));
            Load.read(neighbour.input(), window);
            peer.settles();
            assertEquals(1, peer.session.statistics().openStreams());
        }
    }

    @Test
    @DisplayName("H10, H12: a reset with unread data: the reader gets the reset, never the end, and no data after it")
    void neverLooksLikeTheEnd() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(100));
            assertEquals(0, stream.input().read());
            peer.says(WU, RST, 1, 0);
            peer.settles();
            for (int i = 0; i < 3; i++) {
                assertEquals(Origin.REMOTE, resetOf(stream).origin());
            }
            assertThrows(StreamReset.class, () -> stream.peek());

            Stream finished = peer.opens(3); // RST after FIN: the other direction was still open
            peer.saysData(FIN, 3, Load.bytes(100));
            peer.says(WU, RST, 3, 0);
            peer.settles();
            assertThrows(StreamReset.class, () -> finished.input().readAllBytes());

            Stream local = peer.opens(5);
            peer.saysData(0, 5, Load.bytes(100));
            peer.settles();
            local.reset();
            assertEquals(Origin.LOCAL, resetOf(local).origin());
        }
    }

    @Test
    @DisplayName("H11: a reset while a writer waits, while an open is pending, from within what it wakes")
    void wakesEverybody() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withAcceptBacklog(1))) {
            Stream pending = peer.session.open();
            peer.sees(WU, SYN, 1, 0);
            Task<Void> writing = Task.run(() -> pending.output().write(Load.bytes(WINDOW + 1))).awaitBlocked();
            Task<Integer> reading = Task.of(() -> pending.input().read()).awaitBlocked();
            Task<Stream> opening = Task.of(() -> peer.session.open()).awaitBlocked();
            CompletableFuture<Void> aborted = new CompletableFuture<>();
            pending.onAbort(() -> {
                pending.reset();
                pending.close();
                aborted.complete(null);
            });
            peer.says(WU, RST, 1, 0);
            writing.fails(StreamReset.class);
            reading.fails(StreamReset.class);
            assertEquals(3, opening.get().id());
            aborted.get(60, TimeUnit.SECONDS);
            peer.seesData(1, WINDOW);
            peer.sees(WU, SYN, 3, 0);
            peer.seesNothingElse();

            Stream local = opening.get();
            Task<Integer> waiting = Task.of(() -> local.input().read()).awaitBlocked();
            local.reset();
            assertEquals(Origin.LOCAL, waiting.fails(StreamReset.class).origin());
            peer.sees(WU, RST, 3, 0);
        }
    }

    @Test
    @DisplayName("H14, B24: frames for a stream that we reset are dropped within a budget, and never answered")
    void answersNothingForADeadStream() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(Settings.PLAIN.withDeadStreamBytes(0))) {
            Stream stream = peer.opens(1);
            peer.saysData(0, 1, Load.bytes(1_000));
            peer.settles();
            stream.reset();
            peer.sees(WU, RST, 1, 0);
            peer.saysData(0, 1, Load.bytes(WINDOW - 1_000)); // all that it may have sent before it saw the reset
            peer.says(WU, 0, 1, 500);
            peer.says(WU, ACK, 1, 0);
            peer.says(WU, FIN, 1, 0);
            peer.says(WU, RST, 1, 0);
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
            peer.saysData(0, 1, Load.bytes(1_001));
            peer.seesGoAway(1);
        }
    }

    @Test
    @DisplayName("H11: what is to be done at an abort is done once; not after close, and not for this side's own reset")
    void tellsOfAnAbortOnce() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int way = 0; way < 3; way++) {
                Stream stream = peer.opens(2 * way + 1);
                var runs = new java.util.concurrent.atomic.AtomicInteger();
                stream.onAbort(runs::incrementAndGet);
                switch (way) {
                    case 0 -> peer.says(WU, RST, stream.id(), 0);
                    case 1 -> stream.reset();
                    default -> {
                        stream.close();
                        peer.says(WU, FIN, stream.id(), 0);
                    }
                }
                peer.settles();
                peer.says(WU, RST, stream.id(), 0);
                peer.settles();
                if (way == 0) {
                    Task.until(() -> runs.get() == 1);
                    CompletableFuture<Void> late = new CompletableFuture<>();
                    stream.onAbort(() -> late.complete(null));
                    late.get(60, TimeUnit.SECONDS);
                }
            }
            peer.session.abort();
        }
    }

    @Test
    @DisplayName("H19, H14: reset and the peer's reset cross on the wire: one RST from here, no answer to theirs")
    void resetsCross() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            for (int i = 0; i < 200; i++) {
                int id = 2 * i + 1;
                Stream stream = peer.opens(id);
                Task<Void> resetting = Task.run(stream::reset);
                peer.says(WU, RST, id, 0);
                resetting.get();
                List<Frame> seen = peer.settles();
                assertTrue(seen.isEmpty() || seen.equals(List.of(new Frame(WU, RST, id, 0))), seen::toString);
            }
            assertEquals(0, peer.session.openStreams());
        }
    }

    @Test
    @DisplayName("H10: a reset in the middle of a data frame: the rest of its body is dropped, the next frame is read")
    void dropsTheRestOfABody() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(DATA, 0, 1, 1_000);
            peer.says(Load.bytes(400));
            Load.read(stream.input(), 400);
            stream.reset();
            peer.sees(WU, RST, 1, 0);
            peer.says(Load.bytes(400, 600));
            peer.seesNothingElse();
            Stream next = peer.opens(3);
            peer.saysData(FIN, 3, Load.bytes(3));
            Load.readToTheEnd(next.input(), 3);
        }
    }

    @Test
    @DisplayName("H12, H19: reset after the end in order changes nothing: what has arrived is read to the end")
    void leavesAnEndedStreamAlone() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.saysData(FIN, 1, Load.bytes(1_000));
            stream.finishWriting();
            peer.sees(WU, FIN, 1, 0);
            peer.settles();
            assertEquals(0, stream.input().read());
            stream.reset();
            peer.seesNothingElse();
            assertEquals(999, stream.input().readAllBytes().length);
        }
    }

    @Test
    @DisplayName("H10, H17: close with unread data, and stop reading in the middle of a frame")
    void closesWithUnreadData() throws IOException {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.says(DATA, 0, 1, 1_000);
            peer.says(Load.bytes(400));
            Load.read(stream.input(), 100);
            stream.close();
            peer.sees(WU, FIN, 1, 0);
            peer.says(Load.bytes(400, 600));
            peer.says(WU, FIN, 1, 0);
            peer.seesNothingElse();
            assertEquals(0, peer.session.openStreams());
        }
    }
}
