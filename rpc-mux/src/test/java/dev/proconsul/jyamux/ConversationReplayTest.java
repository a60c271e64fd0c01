package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Conversations that two sessions of hashicorp's implementation had. A session of ours takes the place of either:
/// the other's frames are said to it, its application does what that side's did, and its frames have to be the same,
/// byte for byte, data frames taken together.
@ExtendWith(Leaks.class)
@Timeout(120)
@DisplayName("recorded conversations between hashicorp's clients and servers")
class ConversationReplayTest {
    /// One frame of a conversation.
    private record Line(boolean byClient, Frame header, byte[] body) {}

    /// @param client whether ours is the client
    private record Conversation(String name, boolean client, List<Line> lines) {
        /// {@return whether the session in this test acknowledges the stream of that line, and only later}
        boolean acknowledgesAfter(int index) {
            int id = lines.get(index).header.id();
            return lines.stream().skip(index + 1L)
                    .anyMatch(line -> line.byClient == client && line.header.has(ACK) && line.header.id() == id);
        }

        @Override
        public String toString() {
            return name + ", as the " + (client ? "client" : "server");
        }
    }

    static List<Conversation> conversations() throws IOException {
        List<Conversation> all = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        try (var in = Objects.requireNonNull(ConversationReplayTest.class.getResourceAsStream("conversations.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("[")) {
                    lines = new ArrayList<>();
                    for (boolean client : new boolean[] {true, false}) {
                        // A side with a window of its own size says so, which ours does not: see recordings.txt.
                        if (!line.contains((client ? "c" : "s") + ":max_stream_window")) {
                            all.add(new Conversation(line, client, lines));
                        }
                    }
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    lines.add(line(line));
                }
            }
        }
        assertEquals(34, all.size());
        return all;
    }

    /// {@return what is replayed, each with the side that is ours}
    static List<String> replayed() throws IOException {
        return conversations().stream()
                .map(one -> "real/" + one.name.substring(1, one.name.indexOf(']')) + ", as the "
                        + (one.client ? "client" : "server"))
                .toList();
    }

    private static Line line(String line) {
        String[] parts = line.substring(2).split(" \\*|@");
        byte[] bytes = HexFormat.of().parseHex(parts[0]);
        byte[] body = parts.length == 1
                ? Arrays.copyOfRange(bytes, Frame.BYTES, bytes.length)
                : Load.bytes(Long.parseLong(parts[2]), Integer.parseInt(parts[1]));
        return new Line(line.startsWith("c"), Frame.read(bytes, 0), body);
    }

    @ParameterizedTest
    @MethodSource("conversations")
    @DisplayName("X07, D06, D18, H03, K01, O13: what hashicorp's side said, ours says")
    void takesTheirPlace(Conversation conversation) throws Exception {
        SessionConfig config = Settings.PLAIN;
        if (conversation.name.contains((conversation.client ? "c" : "s") + ":accept_backlog=2")) {
            config = config.withAcceptBacklog(2);
        }
        try (RawPeer peer = conversation.client ? RawPeer.ofClient(config) : RawPeer.ofServer(config)) {
            Replay replay = new Replay(peer);
            List<Line> held = new ArrayList<>();
            for (int i = 0; i < conversation.lines.size(); i++) {
                Line line = conversation.lines.get(i);
                if (line.byClient == conversation.client) {
                    replay.saysLike(line);
                    for (Line last : held) {
                        if (last.header.id() == line.header.id()) {
                            say(peer, last);
                        }
                    }
                    held.removeIf(last -> last.header.id() == line.header.id());
                } else if (line.header.has(FIN) && conversation.acknowledgesAfter(i)) {
                    held.add(line); // on the wire it crossed the ACK; who gets FIN before it accepts sends none
                } else {
                    say(peer, line);
                }
            }
            peer.seesNothingElse();
            replay.ends();
        }
    }

    private static void say(RawPeer peer, Line line) throws IOException {
        peer.says(line.header.bytes());
        peer.says(line.body);
    }

    private static final class Replay {
        private final RawPeer peer;
        private final Map<Integer, Stream> streams = new HashMap<>();
        private final List<Task<?>> pings = new ArrayList<>();

        Replay(RawPeer peer) {
            this.peer = peer;
        }

        /// The application does what leads to the frame, and the frame is seen.
        void saysLike(Line line) throws Exception {
            Frame frame = line.header;
            Stream stream = streams.get(frame.id());
            switch (frame.type()) {
                case DATA -> {
                    Task<Void> writing = Task.run(() -> stream.output().write(line.body));
                    assertArrayEquals(line.body, peer.seesData(frame.id(), line.body.length));
                    writing.get();
                    return;
                }
                case PING -> {
                    if (frame.has(SYN)) {
                        pings.add(Task.of(() -> peer.session.ping()));
                    }
                }
                case GO_AWAY -> peer.session.goAway();
                default -> change(frame, stream);
            }
            peer.sees(frame.type(), frame.flags(), frame.id(), frame.length());
        }

        void ends() {
            streams.values().forEach(Stream::close);
        }

        private void change(Frame frame, Stream stream) throws IOException {
            if (frame.has(SYN)) {
                streams.put(frame.id(), peer.session.open());
            } else if (frame.has(ACK)) {
                Stream accepted = peer.session.accept();
                streams.put(accepted.id(), accepted);
            } else if (frame.has(FIN)) {
                stream.finishWriting();
            } else if (frame.flags() == 0) {
                peer.settles(); // all of it is there, so that one read takes it
                byte[] read = new byte[frame.length()];
                assertEquals(read.length, stream.input().read(read));
            }
        }
    }
}
