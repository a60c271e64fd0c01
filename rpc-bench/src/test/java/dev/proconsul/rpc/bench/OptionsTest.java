package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"", "--quick", "mux-65", "mux-64 nonsense", "mux-64 --only", "mux-64 --slow", "mu"})
    @DisplayName("What makes no sense is refused")
    void refused(String line) {
        assertEquals(Optional.empty(), parse(line));
    }
}
