package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Replays what was said to hashicorp's implementation, and compares the answers: the frames of each stream in order,
/// adjoining data frames taken together. [RecordingsTest] knows which of them there are.
@ExtendWith(Leaks.class)
@Timeout(120)
@DisplayName("recorded dialogues with hashicorp/yamux")
class DialogueTest {
    /// Where we answer otherwise, and why.
    private static final Map<String, Deviation> DEVIATIONS = deviations();
    private static final String PROTOCOL_ERROR = "000300000000000000000001";

    /// @param instead whether `more` replaces the recorded answers, rather than following them
    private record Deviation(String why, boolean open, boolean instead, List<String> more) {}

    /// @param setting what stands behind the name
    private record Dialogue(String name, String setting, List<String> lines) {
        /// {@return whether ours is the server}
        boolean server() {
            return name.startsWith("raw-client") || setting.contains("as the server");
        }

        /// {@return whether lines begin with that}
        boolean has(String mark) {
            return lines.stream().anyMatch(line -> line.startsWith(mark));
        }

        SessionConfig config() {
            SessionConfig config = Settings.PLAIN;
            for (String one : setting.split(", ")) {
                String[] words = one.split(" ");
                config = switch (words[0]) {
                    case "keep-alive" -> config.withKeepAliveInterval(millis(words[1]));
                    case "keep-alive-timeout" -> config.withKeepAliveTimeout(millis(words[1]));
                    case "open-timeout" -> config.withOpenTimeout(millis(words[1]));
                    case "close-timeout" -> config.withCloseTimeout(millis(words[1]));
                    case "", "silent", "as" -> config;
                    default -> throw new AssertionError("unknown setting " + one);
                };
            }
            return config;
        }

        @Override
        public String toString() {
            return setting.startsWith("as the") ? name + ", " + setting.split(",")[0] : name;
        }
    }

    private static Map<String, Deviation> deviations() {
        Map<String, Deviation> all = new TreeMap<>();
        Deviation reliable = new Deviation(
                "the go away is written before the connection closes; there it is lost nearly always", false, false,
                List.of(PROTOCOL_ERROR));
        for (String name : Set.of("raw-client/bad-version-1", "raw-client/bad-version-255",
                "raw-client/bad-version-later", "raw-client/bad-type-4", "raw-client/bad-type-5",
                "raw-client/bad-type-later", "raw-client/duplicate-syn", "raw-client/duplicate-syn-data",
                "raw-client/window-overflow-one-frame", "raw-client/window-overflow-second-frame",
                "raw-client/window-overflow-header-only", "raw-server/window-overflow", "raw-server/bad-version")) {
            all.put(name, reliable);
        }
        Deviation parity = new Deviation("wrong parity and 0 are refused", false, true, List.of(PROTOCOL_ERROR));
        all.put("raw-client/even-id", parity);
        all.put("raw-client/id-zero", parity);
        all.put("raw-client/double-fin", new Deviation("a second FIN is ignored", true, false, List.of()));
        return all;
    }

    static List<Dialogue> dialogues() throws IOException {
        List<Dialogue> all = new ArrayList<>();
        try (var in = Objects.requireNonNull(DialogueTest.class.getResourceAsStream("dialogues.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("[")) {
                    int end = line.indexOf(']');
                    all.add(new Dialogue(line.substring(1, end), line.substring(end + 1).strip(), new ArrayList<>()));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    all.getLast().lines().add(line);
                }
            }
        }
        return all;
    }

    /// {@return what is replayed, each with the side that is ours, if its name does not tell}
    static List<String> replayed() throws IOException {
        return dialogues().stream().map(Dialogue::toString).toList();
    }

    private static Duration millis(String number) {
        return Duration.ofMillis(Long.parseLong(number));
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void saysWhatTheOriginalSays(Dialogue dialogue) throws Exception {
        boolean server = dialogue.server();
        // Elsewhere the machine's clock is as good: nothing is due so soon.
        ManualClock clock = dialogue.has("+") ? new ManualClock() : null;
        Inside.Clock time = clock == null ? Inside.Clock.SYSTEM : clock;
        try (RawPeer peer = new RawPeer(!server, dialogue.config(), time)) {
            if (server && dialogue.setting().equals("silent")) {
                acceptAndHold(peer.session);
            } else if (server && dialogue.setting().isEmpty() && !dialogue.has("!")) {
                Load.echo(peer.session);
            }
            new Replay(peer, clock, dialogue).run();
        }
    }

    private static void acceptAndHold(Session session) {
        Task.run(() -> {
            List<Stream> held = new ArrayList<>();
            try {
                while (true) {
                    held.add(session.accept());
                }
            } catch (SessionClosed e) {
                for (Stream stream : held) {
                    stream.close();
                }
            }
        });
    }

    private static final class Replay {
        private final RawPeer peer;
        private final Dialogue dialogue;
        private final Deviation deviation;
        private final Frames expected = new Frames();
        private final Frames seen = new Frames();
        private final ManualClock clock;
        private boolean heard = true; // whether the session has worked off what was said
        private Stream stream;
        private Task<Void> writing;

        Replay(RawPeer peer, ManualClock clock, Dialogue dialogue) {
            this.peer = peer;
            this.clock = clock;
            this.dialogue = dialogue;
            this.deviation = DEVIATIONS.get(dialogue.name());
        }

        void run() throws Exception {
            if (dialogue.lines().getFirst().startsWith("< 0003")) {
                peer.session.goAway();
            }
            for (String line : dialogue.lines()) {
                String rest = line.substring(line.indexOf(' ') + 1);
                switch (line.charAt(0)) {
                    case '>' -> says(bytes(rest));
                    case '<', '~' -> sees(rest);
                    case '+' -> passes(millis(rest));
                    case '|' -> peer.saysNoMore();
                    case '!' -> application(rest);
                    default -> ends(rest);
                }
            }
        }

        private void passes(Duration time) throws Exception {
            hears();
            clock.advance(time);
        }

        /// Has the session work off what was said before something else happens.
        private void hears() throws IOException {
            if (!heard) {
                peer.seesNothingElse();
            }
            heard = true;
        }

        private void says(byte[] frames) throws IOException {
            heard = false;
            try {
                peer.says(frames);
            } catch (IOException e) {
                if (deviation == null || deviation.open()) {
                    throw e; // otherwise we have refused an earlier frame, and closed
                }
            }
        }

        private void sees(String frame) throws IOException {
            if (deviation != null && deviation.instead()) {
                return;
            }
            expected.add(bytes(frame));
            while (!seen.reaches(expected)) {
                seen.add(peer);
            }
        }

        private void ends(String how) throws IOException {
            boolean open = deviation == null ? how.equals("open") : deviation.open();
            if (deviation != null) {
                for (String frame : deviation.more()) {
                    expected.add(bytes(frame));
                }
            }
            if (dialogue.name().endsWith("truncated-header") || dialogue.name().endsWith("tcp-half-close")) {
                peer.saysNoMore();
            }
            if (open) {
                byte[] barrier = Frame.header(PING, ACK, 0, 0x7e57);
                expected.add(barrier);
                peer.says(PING, SYN, 0, 0x7e57);
                while (!seen.reaches(expected) || !seen.text(0).endsWith(HexFormat.of().formatHex(barrier) + " ")) {
                    seen.add(peer);
                }
            } else {
                byte[] rest = peer.seen().readAllBytes();
                seen.add(rest);
            }
            assertEquals(expected.toString(), seen.toString());
        }

        private void application(String step) throws Exception {
            String[] words = step.split(" ", 2);
            switch (words[0]) {
                case "open" -> stream = peer.session.open();
                case "accept" -> stream = peer.session.accept();
                case "write" -> stream.output().write("hello".getBytes(StandardCharsets.UTF_8));
                case "writing" -> writing = Task.run(() -> stream.output().write(payload(words[1])));
                case "waits" -> {
                    assertFalse(writing.awaitBlocked().isDone());
                    peer.seesNothingElse();
                }
                case "written" -> writing.get();
                case "write-lost" -> assertThrows(SessionClosed.class, () -> stream.output().write(1));
                case "write-reset" -> assertThrows(StreamReset.class, () -> stream.output().write(1));
                case "read" -> {
                    assertEquals(words[1], new String(stream.input().readNBytes(words[1].length()),
                            StandardCharsets.UTF_8));
                    if (words[1].equals("push")) {
                        stream.output().write("got".getBytes(StandardCharsets.UTF_8));
                    }
                }
                case "reads" -> {
                    peer.seesNothingElse(); // all of it is there, so that one read takes it
                    byte[] read = new byte[payload(words[1]).length];
                    assertEquals(read.length, stream.input().read(read));
                    assertArrayEquals(payload(words[1]), read);
                }
                case "eof" -> assertEquals(-1, stream.input().read());
                case "reset" -> {
                    hears(); // or a FIN before it is all that is read
                    assertThrows(StreamReset.class, () -> stream.input().readAllBytes());
                }
                case "lost" -> assertThrows(SessionClosed.class, () -> stream.input().readAllBytes());
                case "refused" -> assertInstanceOf(OpenRefused.class, failure());
                case "ended" -> assertInstanceOf(SessionClosed.class, failure());
                case "none" -> assertThrows(SessionClosed.class, () -> peer.session.accept());
                case "close" -> stream.close();
                case "end" -> peer.session.close();
                default -> throw new AssertionError("unknown step " + step);
            }
        }

        /// What opening fails with, once the frames said so far have been worked off.
        private IOException failure() throws IOException {
            if (!dialogue.lines().getLast().equals("end closed")) {
                peer.says(PING, SYN, 0, 1);
                expected.add(Frame.header(PING, ACK, 0, 1));
                while (!seen.reaches(expected)) {
                    seen.add(peer);
                }
            }
            return assertThrows(IOException.class, () -> peer.session.open());
        }
    }

    /// Frames by stream.
    private static final class Frames {
        private final Map<Integer, StringBuilder> byStream = new TreeMap<>();
        private final Map<Integer, Boolean> inData = new TreeMap<>();

        void add(RawPeer peer) throws IOException {
            Frame header = peer.sees();
            byte[] body = header.type() == DATA ? peer.body(header) : new byte[0];
            add(header, body, 0, body.length);
        }

        void add(byte[] frames) throws IOException {
            for (int at = 0; at < frames.length; ) {
                Frame header = Frame.read(frames, at);
                at += Frame.BYTES;
                int length = header.type() == DATA ? header.length() : 0;
                add(header, frames, at, length);
                at += length;
            }
        }

        private void add(Frame header, byte[] bytes, int offset, int length) {
            int id = header.id();
            StringBuilder text = byStream.computeIfAbsent(id, _ -> new StringBuilder());
            boolean data = header.type() == DATA && header.flags() == 0;
            if (!data) {
                text.append(HexFormat.of().formatHex(Frame.header(header.type(), header.flags(), id,
                        header.length()))).append(' ');
            } else if (!inData.getOrDefault(id, false)) {
                text.append("data ");
            }
            inData.put(id, data);
            text.append(HexFormat.of().formatHex(bytes, offset, offset + length));
        }

        boolean reaches(Frames other) {
            return other.byStream.entrySet().stream().allMatch(e -> text(e.getKey()).length() >= e.getValue().length());
        }

        String text(int id) {
            return byStream.getOrDefault(id, new StringBuilder()).toString();
        }

        @Override
        public String toString() {
            return byStream.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
        }
    }

    private static byte[] bytes(String text) {
        int star = text.indexOf(" *");
        if (star < 0) {
            return HexFormat.of().parseHex(text);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex(text.substring(0, star)));
        bytes.writeBytes(payload(text.substring(star + 2)));
        return bytes.toByteArray();
    }

    private static byte[] payload(String text) {
        String[] numbers = text.split("@");
        return Load.bytes(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
    }
}
