package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Random steps of an application and of a scripted peer, one at a time, beside a model that says what may be on the
/// wire after each. `-Djyamux.seed=N` repeats a run.
@ExtendWith(Leaks.class)
@Timeout(120)
class ModelTest {
    private static final int RUNS = 60;
    private static final int STEPS = 150;

    @Test
    @DisplayName("D07, D26, C01, B34, B35: random steps: credit, order, endings as the model says, after every step")
    void followsTheModel() throws Exception {
        Long repeated = Long.getLong("jyamux.seed");
        long first = repeated == null ? System.nanoTime() : repeated;
        for (long seed = first; seed < first + (repeated == null ? RUNS : 1); seed++) {
            List<String> steps = new ArrayList<>();
            try {
                run(new Random(seed), steps);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e + " after " + steps, e);
            }
        }
    }

    private static void run(Random random, List<String> steps) throws Exception {
        SessionConfig config = Settings.QUIET.withDeadStreamBytes(1L << 40);
        try (RawPeer peer = RawPeer.ofServer(config)) {
            List<Model> models = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                models.add(new Model(peer, 2 * i + 1));
            }
            for (int step = 0; step < STEPS; step++) {
                Model model = models.get(random.nextInt(models.size()));
                steps.add(model.id + model.step(random));
                for (Frame frame : peer.settles()) {
                    models.stream().filter(one -> one.id == frame.id()).findFirst().orElseThrow().saw(frame);
                }
                for (Model one : models) {
                    one.check();
                }
            }
            int open = (int) models.stream().filter(Model::open).count();
            assertEquals(open, peer.session.openStreams());
        }
    }

    /// One stream, as it has to be.
    private static final class Model {
        private final RawPeer peer;
        private final int id;
        private final Stream stream;
        // From the peer to the session.
        private long credit = WINDOW;
        private long sent;
        private long read;
        private boolean peerFinished;
        private boolean stopped;
        // From the session to the peer.
        private long granted = WINDOW;
        private long received;
        private long written;
        private boolean finished;
        private boolean finSeen;
        // Both.
        private boolean reset;
        private int resetsSeen;
        private boolean resetByPeer;

        Model(RawPeer peer, int id) throws IOException {
            this.peer = peer;
            this.id = id;
            stream = peer.opens(id);
        }

        boolean open() {
            return !reset && !(finished && peerFinished);
        }

        String step(Random random) throws Exception {
            return switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4 -> peerSends(random);
                case 5, 6, 7, 8, 9 -> applicationReads(random);
                case 10, 11, 12, 13 -> applicationWrites(random);
                case 14, 15, 16, 17 -> peerGrants(random);
                case 18 -> random.nextInt(4) == 0 ? peerFinishes() : "";
                case 19 -> random.nextInt(4) == 0 ? applicationFinishes() : "";
                case 20 -> random.nextInt(8) == 0 ? applicationStopsReading() : "";
                case 21 -> random.nextInt(12) == 0 ? peerResets() : "";
                case 22 -> random.nextInt(12) == 0 ? applicationResets() : "";
                default -> oddFrame(random);
            };
        }

        private String peerSends(Random random) throws IOException {
            if (peerFinished || resetByPeer || credit == 0) {
                return " -";
            }
            int length = (int) Math.min(credit, 1 + random.nextInt(1 << random.nextInt(1, 18)));
            peer.saysData(0, id, Load.bytes(sent, length));
            credit -= length;
            sent += length;
            return " peer sends " + length;
        }

        private String applicationReads(Random random) throws IOException {
            if (reset) {
                assertThrows(StreamReset.class, () -> stream.input().read());
                return " reads: reset";
            }
            if (stopped) {
                assertThrows(StreamFinished.class, () -> stream.input().read());
                return " reads: stopped";
            }
            int length = (int) Math.min(sent - read, 1 + random.nextInt(1 << random.nextInt(1, 18)));
            if (length == 0) {
                if (peerFinished) {
                    assertEquals(-1, stream.input().read());
                }
                return " -";
            }
            byte[] bytes = stream.input().readNBytes(length);
            assertEquals(length, bytes.length);
            org.junit.jupiter.api.Assertions.assertArrayEquals(Load.bytes(read, length), bytes);
            read += length;
            return " reads " + length;
        }

        private String applicationWrites(Random random) throws Exception {
            if (reset) {
                assertThrows(StreamReset.class, () -> stream.output().write(1));
                return " writes: reset";
            }
            if (finished) {
                assertThrows(StreamFinished.class, () -> stream.output().write(1));
                return " writes: finished";
            }
            int length = (int) Math.min(granted - written, 1 + random.nextInt(1 << random.nextInt(1, 18)));
            if (length > 0) {
                stream.output().write(Load.bytes(written, length)); // within the credit it does not wait
                written += length;
            }
            return " writes " + length;
        }

        private String peerGrants(Random random) throws IOException {
            int more = random.nextInt(100_000);
            peer.says(WU, 0, id, more);
            granted += more;
            return " peer grants " + more;
        }

        private String peerFinishes() throws IOException {
            if (resetByPeer) {
                return " -";
            }
            peer.says(WU, FIN, id, 0);
            peerFinished = true;
            return " peer finishes";
        }

        private String applicationFinishes() {
            stream.finishWriting();
            finished = true;
            return " finishes";
        }

        private String applicationStopsReading() {
            stream.stopReading();
            stopped = true;
            return " stops reading";
        }

        private String peerResets() throws IOException {
            if (open()) {
                reset = true;
                resetByPeer = true;
            }
            peer.says(WU, RST, id, 0);
            return " peer resets";
        }

        private String applicationResets() {
            if (!open() && sent > read) {
                return " -"; // see ResetTest, leavesAnEndedStreamAlone
            }
            if (open()) {
                reset = true;
            }
            stream.reset();
            return " resets";
        }

        private String oddFrame(Random random) throws IOException {
            switch (random.nextInt(3)) {
                case 0 -> peer.says(WU, ACK, id, 0);
                case 1 -> peer.says(DATA, 0, id, 0);
                default -> peer.says(WU, 0x4000, id, 0);
            }
            return " odd";
        }

        void saw(Frame frame) {
            assertFalse(frame.has(SYN), frame::toString);
            assertEquals(0, resetsSeen, () -> frame + " after RST");
            assertFalse(resetByPeer && frame.has(RST), "an answer to a reset");
            if (frame.has(RST)) {
                resetsSeen++;
            } else if (frame.has(FIN)) {
                assertEquals(new Frame(WU, FIN, id, 0), frame);
                assertFalse(finSeen, "FIN twice");
                finSeen = true;
            } else if (frame.type() == DATA) {
                assertFalse(finSeen, "data after FIN");
                received += frame.length();
            } else {
                assertTrue(frame.length() > 0, "credit of nothing");
                credit += frame.length();
            }
        }

        void check() {
            assertTrue(received <= granted, () -> "stream " + id + " sent more than its credit");
            assertEquals(finished && !lostFin(), finSeen, "FIN of stream " + id);
            assertEquals(reset && !resetByPeer ? 1 : 0, resetsSeen, "RST of stream " + id);
            if (!reset) {
                assertEquals(written, received, "bytes of stream " + id);
            }
            long unread = stopped || reset ? 0 : sent - read;
            assertTrue(credit + unread <= WINDOW, () -> "stream " + id + ": credit " + credit + ", unread " + unread);
            if (!peerFinished && !reset) {
                assertTrue(credit + unread > WINDOW / 2, () -> "stream " + id + " starves: credit " + credit);
            }
        }

        /// A stream that was reset first does not finish.
        private boolean lostFin() {
            return reset && !finSeen;
        }
    }
}
