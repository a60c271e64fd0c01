package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same frames to hashicorp's implementation and to ours, both of which echo: what comes back on each stream, and
/// how each stream ends, has to be the same. The frames are drawn from a seed, and legal; `-Djyamux.seed=N` repeats a
/// conversation.
@Tag("interop")
@Timeout(300)
class DifferentialTest {
    private static final int CONVERSATIONS = 150;
    private static final int DATA = 0;
    private static final int WINDOW_UPDATE = 1;
    private static final int PING = 2;
    private static final int SYN = 1;
    private static final int ACK = 2;
    private static final int FIN = 4;
    private static final int RST = 8;
    private static final int LAST_PING = 0x1a57;

    /// What one side made of a stream.
    private record Fate(String bytes, boolean finished, boolean reset) {}

    /// A stream as the conversation uses it.
    private static final class Plan {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private boolean finished;
        private boolean reset;

        boolean over() {
            return finished || reset;
        }
    }

    /// Frames, and what they should lead to.
    private record Conversation(byte[] frames, Map<Integer, Plan> plans) {}

    @Test
    @DisplayName("F15: random legal conversations: the same bytes and endings from hashicorp's implementation and ours")
    void agrees() throws Exception {
        Long repeated = Long.getLong("jyamux.seed");
        long first = repeated == null ? System.nanoTime() : repeated;
        try (var script = Script.start(); var peer = Interop.peer().start("yamux-server")) {
            int theirs = Interop.port(peer);
            for (long seed = first; seed < first + (repeated == null ? CONVERSATIONS : 1); seed++) {
                var conversation = conversation(new Random(seed));
                assertEquals(talk(theirs, conversation), talk(script.port(), conversation), "jyamux.seed=" + seed);
            }
        }
    }

    private static Conversation conversation(Random random) {
        var frames = new ByteArrayOutputStream();
        var plans = new HashMap<Integer, Plan>();
        int next = 1;
        for (int i = random.nextInt(5, 60); i > 0; i--) {
            if (plans.size() < 4 && (plans.isEmpty() || random.nextInt(6) == 0)) {
                open(frames, plans, next, random);
                next += 2;
                continue;
            }
            int id = 1 + 2 * random.nextInt(plans.size());
            var plan = plans.get(id);
            switch (random.nextInt(12)) {
                case 0 -> frame(frames, PING, SYN, 0, random.nextInt(1_000));
                case 1 -> frame(frames, PING, ACK, 0, random.nextInt());
                case 2 -> frame(frames, WINDOW_UPDATE, 0, id, random.nextInt(1_000)); // in time or too late
                case 3 -> {
                    if (!plan.over()) {
                        frame(frames, random.nextBoolean() ? DATA : WINDOW_UPDATE, FIN, id, 0);
                        plan.finished = true;
                    }
                }
                case 4 -> {
                    if (!plan.over() && random.nextInt(3) == 0) {
                        frame(frames, random.nextBoolean() ? DATA : WINDOW_UPDATE, RST, id, 0);
                        plan.reset = true;
                    }
                }
                default -> {
                    if (!plan.over() && plan.sent.size() < 100_000) {
                        var body = bytes(random);
                        data(frames, 0, id, body);
                        plan.sent.writeBytes(body);
                    }
                }
            }
        }
        frame(frames, PING, SYN, 0, LAST_PING);
        return new Conversation(frames.toByteArray(), plans);
    }

    private static void open(ByteArrayOutputStream frames, Map<Integer, Plan> plans, int id, Random random) {
        plans.put(id, new Plan());
        if (random.nextBoolean()) {
            frame(frames, WINDOW_UPDATE, SYN, id, random.nextInt(3) * 1_000);
            data(frames, 0, id, new byte[] {'E'});
        } else {
            data(frames, SYN, id, new byte[] {'E'});
        }
    }

    private static byte[] bytes(Random random) {
        var bytes = new byte[random.nextInt(1 << random.nextInt(1, 14))];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, int id, int length) {
        to.writeBytes(ByteBuffer.allocate(12).put((byte) 0).put((byte) type).putShort((short) flags).putInt(id)
                .putInt(length).array());
    }

    private static void data(ByteArrayOutputStream to, int flags, int id, byte[] body) {
        frame(to, DATA, flags, id, body.length);
        to.writeBytes(body);
    }

    private static Map<Integer, Fate> talk(int port, Conversation conversation) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Interop.PATIENCE.toMillis());
            var in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            var writing = Thread.startVirtualThread(() -> {
                try {
                    socket.getOutputStream().write(conversation.frames());
                } catch (IOException e) {
                    // The reader sees that the conversation ends early.
                }
            });
            var seen = new Seen(conversation);
            while (!seen.everything()) {
                seen.frame(in);
            }
            writing.join();
            return seen.fates();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// What has come so far.
    private static final class Seen {
        private final Conversation conversation;
        private final Map<Integer, ByteArrayOutputStream> bytes = new HashMap<>();
        private final Map<Integer, Integer> flags = new HashMap<>();
        private boolean answered;

        Seen(Conversation conversation) {
            this.conversation = conversation;
        }

        void frame(DataInputStream in) throws IOException {
            in.readByte();
            int type = in.readByte();
            int bits = in.readShort();
            int id = in.readInt();
            int length = in.readInt();
            if (type == PING) {
                answered |= bits == ACK && length == LAST_PING;
            } else if (id != 0) {
                flags.merge(id, bits, (before, more) -> before | more);
                if (type == DATA) {
                    bytes.computeIfAbsent(id, _ -> new ByteArrayOutputStream()).writeBytes(in.readNBytes(length));
                }
            }
        }

        /// {@return whether nothing more is to come on streams whose end is certain}
        boolean everything() {
            return answered && conversation.plans().entrySet().stream().allMatch(entry -> {
                var plan = entry.getValue();
                return plan.reset || received(entry.getKey()).length >= plan.sent.size()
                        && (!plan.finished || (flags.getOrDefault(entry.getKey(), 0) & FIN) != 0);
            });
        }

        private byte[] received(int id) {
            return bytes.getOrDefault(id, new ByteArrayOutputStream()).toByteArray();
        }

        Map<Integer, Fate> fates() {
            var fates = new TreeMap<Integer, Fate>();
            conversation.plans().forEach((id, plan) -> {
                if (!plan.reset) { // how much of the echo came before the reset is a race
                    int seen = flags.getOrDefault(id, 0);
                    var echo = HexFormat.of().formatHex(received(id));
                    assertEquals(HexFormat.of().formatHex(plan.sent.toByteArray()), echo, "echo of stream " + id);
                    fates.put(id, new Fate(echo, (seen & FIN) != 0, (seen & RST) != 0));
                }
            });
            return fates;
        }
    }
}
