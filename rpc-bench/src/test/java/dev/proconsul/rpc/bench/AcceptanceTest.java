package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Accepting a run")
class AcceptanceTest {
    private static final Setting BEFORE =
            new Setting(LocalDate.of(2026, 10, 1), "Sample 9000 (model 7)", 2, "25+36", "go1.25.1", false);

    @TempDir
    private Path directory;

    private AcceptedFile file;

    @BeforeEach
    void inDirectory() {
        file = AcceptedFile.in(directory);
    }

    private Finished accept(List<Scenario> scenarios, Outcome... run) throws Exception {
        return new Acceptance(file, MadeUp.HERE).run(scenarios, new MadeUp.Runs(List.of(run)));
    }

    private static void assertSays(String part, Finished finished) {
        assertTrue(finished.text().contains(part), finished.text());
    }

    @Test
    @DisplayName("Ratios and setting are kept and shown, and the same run passes the gate")
    void accepts() throws Exception {
        var run = MadeUp.result(Scenario.MUX_64, 2, 0.5);

        var finished = accept(List.of(Scenario.MUX_64), run);

        assertEquals(Finished.WELL, finished.exitCode());
        assertEquals(List.of(run), finished.outcomes());
        assertEquals(new Accepted.Entry(MadeUp.HERE, Map.of(Contenders.GO, new Ratios(2, 0.5, 0.5))),
                file.read().of(Scenario.MUX_64).orElseThrow());
        assertSays("Accepted in " + file.path() + ", ours beside others:\n", finished);
        assertSays("mux-64, go-yamux  2.00 times  1/2.00  1/2.00\n", finished);
        var gated = new Gate(file.read(), MadeUp.HERE, 1, _ -> {})
                .run(List.of(Scenario.MUX_64), new MadeUp.Runs(List.of(run)));
        assertEquals(Finished.WELL, gated.exitCode());
    }

    @Test
    @DisplayName("Scenarios that are not measured keep what was accepted before")
    void merges() throws Exception {
        file.write(MadeUp.accepted(BEFORE, Scenario.PING, Scenario.MUX_64, Scenario.MUX_OPEN));

        accept(List.of(Scenario.MUX_64), MadeUp.result(Scenario.MUX_64, 3, 0.4));

        var expected = MadeUp.accepted(BEFORE, Scenario.PING, Scenario.MUX_OPEN).with(Scenario.MUX_64,
                new Accepted.Entry(MadeUp.HERE, Map.of(Contenders.GO, new Ratios(3, 0.4, 0.4))));
        assertEquals(expected, file.read());
    }

    @Test
    @DisplayName("A scenario is all of one run, so who takes no part is gone, and that is said")
    void loses() throws Exception {
        var both = Map.of(Contenders.GO, MadeUp.TWICE, Contenders.TCP, MadeUp.TWICE);
        file.write(Accepted.NOTHING.with(Scenario.MUX_CONNS, new Accepted.Entry(BEFORE, both)));

        var finished = accept(List.of(Scenario.MUX_CONNS), MadeUp.result(Scenario.MUX_CONNS, 2, 0.5));

        assertEquals(List.of(Contenders.GO), List.copyOf(
                file.read().of(Scenario.MUX_CONNS).orElseThrow().ratios().keySet()));
        assertSays("mux-conns: tcp took no part, and is no longer accepted\n", finished);
    }

    @Test
    @DisplayName("What was disturbed, not measured, or measured alone is not accepted; the rest is")
    void refuses() throws Exception {
        var before = MadeUp.accepted(BEFORE, Scenario.MUX_64, Scenario.MUX_1024, Scenario.MUX_OPEN);
        file.write(before);

        var finished = accept(
                List.of(Scenario.PING, Scenario.MUX_64, Scenario.MUX_1024, Scenario.MUX_OPEN),
                MadeUp.result(Scenario.PING, 2, 0.5),
                MadeUp.disturbed(Scenario.MUX_64, 5, 0.1, 3),
                MadeUp.result(Scenario.MUX_1024, Map.of(), MadeUp.rounds(2, 0.5, 0)));

        assertEquals(Finished.NOT_JUDGED, finished.exitCode());
        assertSays("not accepted: mux-64: disturbed by other programs: run again", finished);
        assertSays("not accepted: mux-1024: no other contender took part", finished);
        assertSays("not accepted: mux-open: not measured, no time was left", finished);
        var ping = new Accepted.Entry(MadeUp.HERE, Map.of(Contenders.GO, new Ratios(2, 0.5, 0.5)));
        assertEquals(before.with(Scenario.PING, ping), file.read());
    }

    @Test
    @DisplayName("When nothing can be accepted no file is made, and memory alone is nothing")
    void nothing() throws Exception {
        var disturbed = accept(List.of(Scenario.MUX_64), MadeUp.disturbed(Scenario.MUX_64, 5, 0.1, 5));
        var memory = accept(List.of(Scenario.MUX_IDLE), new IdleResult(Effort.FULL, Map.of()));

        assertFalse(Files.exists(file.path()));
        assertEquals(Finished.NOT_JUDGED, disturbed.exitCode());
        assertSays("Nothing is accepted.\n", disturbed);
        assertEquals(Finished.NOT_JUDGED, memory.exitCode());
        assertSays("not accepted: mux-idle: has no one rate to compare", memory);
    }

    @Test
    @DisplayName("Memory beside others is passed over")
    void memory() throws Exception {
        var finished = accept(List.of(Scenario.MUX_64, Scenario.MUX_IDLE),
                MadeUp.result(Scenario.MUX_64, 2, 0.5), new IdleResult(Effort.FULL, Map.of()));

        assertEquals(Finished.WELL, finished.exitCode());
        assertEquals(MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64).entries().keySet(), file.read().entries().keySet());
    }

    @Test
    @DisplayName("A damaged file is told before anything is measured, and stays as it is")
    void damaged() throws Exception {
        Files.writeString(file.path(), "{");
        var runs = new MadeUp.Runs();

        assertThrows(IOException.class, () -> new Acceptance(file, MadeUp.HERE).run(List.of(Scenario.MUX_64), runs));

        assertEquals(List.of(), runs.asked);
        assertEquals("{", Files.readString(file.path()));
    }
}
