package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The regression gate")
class GateTest {
    private static final List<Scenario> MUX_64 = List.of(Scenario.MUX_64);
    private static final int TOLERANCE = 10;

    private final List<String> progress = new ArrayList<>();

    private Finished gate(Accepted accepted, MadeUp.Runs runs, Scenario... scenarios) throws Exception {
        return new Gate(accepted, MadeUp.HERE, TOLERANCE, progress::add).run(List.of(scenarios), runs);
    }

    private Finished gateMux64(MadeUp.Runs runs) throws Exception {
        return gate(MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64), runs, Scenario.MUX_64);
    }

    private static void assertSays(String part, Finished finished) {
        assertTrue(finished.text().contains(part), finished.text());
    }

    private static String row(Finished finished) {
        return finished.text().lines().filter(line -> line.startsWith("mux-64, go-yamux ")).findFirst().orElse("")
                .replaceAll(" {2,}", " | ");
    }

    @ParameterizedTest(name = "2 and 0.5 accepted, now {0} and {1}, {2} % tolerated: exit code {3}")
    @CsvSource({
        "2.000, 0.500, 10, 0",
        "3.000, 0.200, 10, 0",
        "1.801, 0.549, 10, 0",
        "1.799, 0.500, 10, 3",
        "2.000, 0.551, 10, 3",
        "1.000, 1.000, 10, 3",
        "1.979, 0.500,  1, 3",
        "1.981, 0.504,  1, 0",
        "1.001, 0.749, 50, 0",
        "0.999, 0.500, 50, 3",
        "2.000, 0.751, 50, 3",
    })
    @DisplayName("P06: A run is slower when rate or processor time beside Go's is worse than tolerated")
    void comparesWithWhatWasAccepted(double rate, double cpu, int tolerance, int exitCode) throws Exception {
        var run = List.<Outcome>of(MadeUp.result(Scenario.MUX_64, rate, cpu));
        var accepted = MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64);

        var finished = new Gate(accepted, MadeUp.HERE, tolerance, progress::add).run(MUX_64, new MadeUp.Runs(run, run));

        assertEquals(exitCode, finished.exitCode(), finished.text());
    }

    @Test
    @DisplayName("A line has accepted and present ratios, differences and verdict; the last line has the result")
    void says() throws Exception {
        var run = List.<Outcome>of(MadeUp.result(Scenario.MUX_64, 2.1, 0.48));

        var finished = gateMux64(new MadeUp.Runs(run));

        assertEquals("mux-64, go-yamux | 2.00 times | 2.10 times | +5.0 % | 1/2.00 | 1/2.08 | -4.0 %"
                + " | 1/4.00 | 1/2.08 | +92.0 % | ok", row(finished));
        assertEquals("gate: passed", finished.text().lines().toList().getLast());
        assertEquals(run, finished.outcomes());
    }

    @Test
    @DisplayName("A p99 that is worse does not decide")
    void tailDoesNotDecide() throws Exception {
        var finished = gateMux64(new MadeUp.Runs(List.of(MadeUp.result(Scenario.MUX_64, 2, 0.5))));

        assertTrue(row(finished).endsWith("1/4.00 | 1/2.00 | +100.0 % | ok"), row(finished));
        assertEquals(Finished.WELL, finished.exitCode());
    }

    @Test
    @DisplayName("What seems slower is measured once more, that alone, and is slower only if both runs say so")
    void repeats() throws Exception {
        var accepted = MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64, Scenario.MUX_OPEN);
        var slow = MadeUp.result(Scenario.MUX_64, 1.5, 0.5);
        var well = MadeUp.result(Scenario.MUX_OPEN, 2, 0.5);
        var again = MadeUp.result(Scenario.MUX_64, 1.6, 0.5);
        var runs = new MadeUp.Runs(List.of(slow, well), List.of(again));

        var finished = gate(accepted, runs, Scenario.MUX_64, Scenario.MUX_OPEN);

        assertEquals(List.of(List.of(Scenario.MUX_64, Scenario.MUX_OPEN), MUX_64), runs.asked);
        assertEquals(List.of("slower than accepted, so measured once more: mux-64"), progress);
        assertEquals(Finished.SLOWER, finished.exitCode());
        assertTrue(row(finished).contains("1.60 times | -20.0 %"), row(finished));
        assertTrue(row(finished).endsWith("SLOWER, in both runs"), row(finished));
        assertSays("gate: slower than accepted, in two runs: mux-64, go-yamux\n", finished);
        assertEquals(List.of(again, well), finished.outcomes());
    }

    @Test
    @DisplayName("What is slower in one of two runs, or in another figure each time, is within the noise")
    void oneOfTwo() throws Exception {
        var slow = List.<Outcome>of(MadeUp.result(Scenario.MUX_64, 1.5, 0.5));
        for (var other : List.of(MadeUp.result(Scenario.MUX_64, 2, 0.5), MadeUp.result(Scenario.MUX_64, 2, 0.7))) {
            var finished = gateMux64(new MadeUp.Runs(slow, List.of(other)));

            assertEquals(Finished.WELL, finished.exitCode());
            assertTrue(row(finished).endsWith("ok, slower in one run only"), row(finished));
        }
    }

    @Test
    @DisplayName("A run that is to confirm the first, but is disturbed or does not take place, confirms nothing")
    void notConfirmed() throws Exception {
        var slow = List.<Outcome>of(MadeUp.result(Scenario.MUX_64, 1.5, 0.5));
        var disturbed = List.<Outcome>of(MadeUp.disturbed(Scenario.MUX_64, 1.5, 0.5, 3));
        for (var second : List.of(disturbed, List.<Outcome>of())) {
            var finished = gateMux64(new MadeUp.Runs(slow, second));

            assertEquals(Finished.NOT_JUDGED, finished.exitCode());
            assertSays("not judged: mux-64, go-yamux: slower in one run, which a second was to confirm: ", finished);
        }
    }

    @Test
    @DisplayName("Disturbed rounds are said and do not count; when most of them are disturbed, nothing is judged")
    void disturbed() throws Exception {
        var few = gateMux64(new MadeUp.Runs(List.of(MadeUp.disturbed(Scenario.MUX_64, 2, 0.5, 2))));
        assertEquals(Finished.WELL, few.exitCode());
        assertSays("mux-64: rounds that other programs have disturbed and that do not count: 2\n", few);

        var most = gateMux64(new MadeUp.Runs(List.of(MadeUp.disturbed(Scenario.MUX_64, 1, 0.5, 3))));
        assertEquals(Finished.NOT_JUDGED, most.exitCode());
        assertSays("not judged: mux-64, go-yamux: disturbed by other programs: run again", most);
        assertSays("gate: could not judge all of it", most);
    }

    @Test
    @DisplayName("Disturbed rounds of ours spoil the comparison with everyone")
    void oursDisturbed() throws Exception {
        var others = Map.of(Contenders.GO, MadeUp.rounds(1, 1, 0));
        var run = MadeUp.result(Scenario.MUX_64, others, MadeUp.rounds(2, 0.5, 5));

        assertEquals(Finished.NOT_JUDGED, gateMux64(new MadeUp.Runs(List.of(run))).exitCode());
    }

    @Test
    @DisplayName("Without anything accepted nothing is measured, and one line says what to do")
    void nothingAccepted() throws Exception {
        var runs = new MadeUp.Runs();

        var finished = gate(Accepted.NOTHING, runs, Scenario.MUX_64, Scenario.MUX_OPEN);

        assertEquals(List.of(), runs.asked);
        assertEquals(Finished.NOT_JUDGED, finished.exitCode());
        assertEquals(List.of("not judged: mux-64; mux-open: nothing accepted yet: run with --accept"),
                finished.text().lines().filter(line -> line.contains("accepted")).toList());
    }

    @Test
    @DisplayName("A scenario or a contender that was not accepted is not judged; the others are")
    void partlyAccepted() throws Exception {
        var rounds = MadeUp.rounds(1, 1, 0);
        var others = Map.of(Contenders.GO, rounds, Contenders.TCP, rounds);
        var run = List.<Outcome>of(
                MadeUp.result(Scenario.MUX_64, others, MadeUp.rounds(2, 0.5, 0)),
                MadeUp.result(Scenario.MUX_OPEN, 2, 0.5));
        var accepted = MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64);

        var finished = gate(accepted, new MadeUp.Runs(run), Scenario.MUX_64, Scenario.MUX_OPEN);

        assertEquals(Finished.NOT_JUDGED, finished.exitCode());
        assertTrue(row(finished).endsWith("ok"), finished.text());
        assertSays("not judged: mux-64, tcp; mux-open: nothing accepted yet: run with --accept\n", finished);
    }

    private static Setting setting(String processor, int processors, boolean quick) {
        return new Setting(LocalDate.of(2026, 11, 26), processor, processors, "25.0.1+8", "go1.26.0", quick);
    }

    @Test
    @DisplayName("What was accepted on another machine, or in a shorter run, does not compare")
    void elsewhere() throws Exception {
        var settings = Map.of(
                setting("Sample 9001", 2, false), "accepted on another machine (Sample 9001, 2",
                setting("Sample 9000 (model 7)", 4, false), "(model 7), 4 processors; this is",
                setting("Sample 9000 (model 7)", 2, true), "accepted with --quick");
        for (var each : settings.entrySet()) {
            var runs = new MadeUp.Runs();

            var finished = gate(MadeUp.accepted(each.getKey(), Scenario.MUX_64), runs, Scenario.MUX_64);

            assertEquals(List.of(), runs.asked);
            assertEquals(Finished.NOT_JUDGED, finished.exitCode());
            assertSays(each.getValue(), finished);
        }
    }

    @Test
    @DisplayName("Other versions of JDK or Go are said, and do not prevent the comparison")
    void otherVersions() throws Exception {
        var before = new Setting(LocalDate.of(2026, 11, 1), "Sample 9000 (model 7)", 2, "25+36", "go1.25.1", false);
        var runs = new MadeUp.Runs(List.of(MadeUp.result(Scenario.MUX_64, 2, 0.5)));

        var finished = gate(MadeUp.accepted(before, Scenario.MUX_64), runs, Scenario.MUX_64);

        assertEquals(Finished.WELL, finished.exitCode());
        assertSays("accepted with JDK 25+36, go1.25.1, but this run has JDK 25.0.1+8, go1.26.0\n", finished);
    }

    @Test
    @DisplayName("Ours with other settings, and another build of ours, are nothing to measure by")
    void oursIsNoYardstick() throws Exception {
        var rounds = MadeUp.rounds(1, 1, 0);
        var others = Map.of(Contenders.OURS_ONE, rounds, Contenders.BASE, rounds);
        var run = MadeUp.result(Scenario.MUX_64, others, MadeUp.rounds(2, 0.5, 0));

        var finished = gateMux64(new MadeUp.Runs(List.of(run)));

        assertEquals(Finished.NOT_JUDGED, finished.exitCode());
        assertSays("not judged: mux-64: no other contender took part", finished);
    }

    @Test
    @DisplayName("A scenario for which no time was left, or in which nothing was done, is not judged")
    void notMeasured() throws Exception {
        var accepted = MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64, Scenario.MUX_OPEN);
        var runs = new MadeUp.Runs(List.of(MadeUp.result(Scenario.MUX_64, 0, 0.5)));

        var finished = gate(accepted, runs, Scenario.MUX_64, Scenario.MUX_OPEN);

        assertEquals(Finished.NOT_JUDGED, finished.exitCode());
        assertSays("not judged: mux-64, go-yamux: not one operation was done", finished);
        assertSays("not judged: mux-open: not measured, no time was left", finished);
    }

    @Test
    @DisplayName("Scenarios without one rate are passed over, but alone they are refused")
    void memory() throws Exception {
        var idle = new IdleResult(Effort.FULL, Map.of());
        var runs = new MadeUp.Runs(List.of(MadeUp.result(Scenario.MUX_64, 2, 0.5), idle));
        var accepted = MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64);

        assertEquals(Finished.WELL, gate(accepted, runs, Scenario.MUX_64, Scenario.MUX_IDLE).exitCode());

        var alone = gate(accepted, new MadeUp.Runs(), Scenario.MUX_IDLE);
        assertEquals(Finished.NOT_JUDGED, alone.exitCode());
        assertSays("not judged: mux-beside: has no one rate", gate(accepted, new MadeUp.Runs(), Scenario.MUX_BESIDE));
        assertSays("not judged: mux-idle: has no one rate to compare", alone);
    }
}
