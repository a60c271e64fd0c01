package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command line of the benchmarks")
class OptionsTest {
    private static Optional<Options> parse(String line) {
        return Options.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
    }

    @Test
    @DisplayName("A scenario alone is a full run of all contenders")
    void scenario() {
        var options = parse("mux-64").orElseThrow();
        assertEquals(List.of(Scenario.MUX_64), options.scenarios());
        assertFalse(options.quick());
        assertEquals(List.of(), options.only());
    }

    @Test
    @DisplayName("A beginning means all scenarios that begin so, and all means all")
    void severalByOneWord() {
        assertEquals(List.of(Scenario.MUX_BULK_1, Scenario.MUX_BULK_8), parse("mux-bulk").orElseThrow().scenarios());
        assertEquals(List.of(Scenario.values()), parse("all").orElseThrow().scenarios());
    }

    @Test
    @DisplayName("Several words mean each scenario once, in the order of all")
    void severalWords() {
        var options = parse("mux-open mux-bulk-8 --quick mux-bulk").orElseThrow();
        assertEquals(List.of(Scenario.MUX_OPEN, Scenario.MUX_BULK_1, Scenario.MUX_BULK_8), options.scenarios());
        assertEquals("mux-open mux-bulk-8 mux-bulk", options.words());
        assertTrue(options.quick());
    }

    @Test
    @DisplayName("--only names contenders")
    void only() {
        assertEquals(List.of("proconsul", "tcp"), parse("ping --only proconsul,tcp").orElseThrow().only());
    }

    @Test
    @DisplayName("--one asks for those with one processor as well")
    void one() {
        assertFalse(parse("mux-64").orElseThrow().one());
        assertTrue(parse("mux-64 --one").orElseThrow().one());
    }

    @Test
    @DisplayName("A run shows its figures, unless it is to be accepted or gated")
    void purpose() {
        assertEquals(new Purpose.Show(), parse("mux-64").orElseThrow().purpose());
        assertEquals(new Purpose.Accept(), parse("mux-64 --accept").orElseThrow().purpose());
        assertEquals(new Purpose.Gate(10), parse("mux-64 --gate --quick").orElseThrow().purpose());
        assertEquals(new Purpose.Gate(1), parse("--gate=1 mux-64").orElseThrow().purpose());
        assertEquals(new Purpose.Gate(50), parse("mux-64 --gate=50 --only proconsul,tcp").orElseThrow().purpose());
    }

    @ParameterizedTest(name = "''--gate={0}''")
    @ValueSource(strings = {"", "0", "51", "100", "-5", "+5", "05", "7.5", "10%", "ten", "99999999999"})
    @DisplayName("A tolerance that is none gives one line: what is wrong, and what is expected")
    void tolerance(String percent) {
        var refused = assertThrows(IllegalArgumentException.class, () -> parse("mux-64 --gate=" + percent));
        assertEquals("what is --gate=" + percent + "? Expected --gate=PERCENT, a whole number from 1 to 50",
                refused.getMessage());
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"mux-64 --gate --accept", "mux-64 --accept --gate=5", "mux-64 --gate=5 --gate=6"})
    @DisplayName("A run has one purpose")
    void onePurpose(String line) {
        var refused = assertThrows(IllegalArgumentException.class, () -> parse(line));
        assertEquals("--accept and --gate: expected one of them, once", refused.getMessage());
    }

    @Test
    @DisplayName("Without ours there is nothing to accept or to gate")
    void gateNeedsOurs() {
        var refused = assertThrows(IllegalArgumentException.class, () -> parse("mux-64 --gate --only go-yamux,tcp"));
        assertEquals("--only go-yamux,tcp leaves out proconsul, which --accept and --gate compare with the others: "
                + "expected both", refused.getMessage());
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"", "mux-64 --accept=now", "mux-64 --gates", "mux-64 --gate 10", "--gate",
        "--quick", "mux-65", "mux-64 nonsense", "mux-64 --only", "mux-64 --slow", "mu"})
    @DisplayName("What makes no sense is refused")
    void refused(String line) {
        assertEquals(Optional.empty(), parse(line));
    }
}
