package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Which recordings of hashicorp's implementation there are, and that none is silently missing.
class RecordingsTest {
    /// @param gap the side that is not replayed, and why; empty if nothing
    private record Recording(String name, String gap) {
        /// {@return how it has to be replayed: one between two sessions in place of either}
        List<String> replays() {
            if (name.startsWith("raw")) {
                return List.of(name);
            }
            return List.of("as the client", "as the server").stream()
                    .filter(side -> !gap.startsWith(side + ": "))
                    .map(side -> name + ", " + side)
                    .toList();
        }
    }

    private static List<Recording> recordings() throws IOException {
        try (var in = Objects.requireNonNull(RecordingsTest.class.getResourceAsStream("recordings.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", 2))
                    .map(parts -> new Recording(parts[0], parts.length == 1 ? "" : parts[1]))
                    .toList();
        }
    }

    @Test
    @DisplayName("Every recording is replayed, on each side that is ours to take, or has a reason for not being")
    void leavesNoneOut() throws IOException {
        List<Recording> all = recordings();
        assertEquals(88, all.stream().map(Recording::name).distinct().count());
        List<String> replayed = new ArrayList<>(DialogueTest.replayed());
        replayed.addAll(ConversationReplayTest.replayed());
        List<String> wanted = all.stream().flatMap(one -> one.replays().stream()).toList();

        assertEquals(new TreeSet<>(wanted), new TreeSet<>(replayed));
        assertEquals(wanted.size(), replayed.size(), "one is there twice");
    }
}
