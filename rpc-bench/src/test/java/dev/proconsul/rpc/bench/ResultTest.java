package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The result of a scenario")
class ResultTest {
    private static Rounds rounds(double... rates) {
        return new Rounds(DoubleStream.of(rates).mapToObj(rate -> new Sample(rate, 10, 40, 4, 0, 0.01)).toList());
    }

    private static Result result(Scenario scenario, Rounds ours, Rounds peer) {
        var all = new LinkedHashMap<String, Rounds>();
        all.put("proconsul", ours);
        all.put("go-yamux", peer);
        return new Result(scenario, all);
    }

    @Test
    @DisplayName("Medians are of each figure, of odd and even numbers of rounds")
    void medians() {
        assertEquals(20, rounds(90, 10, 20).median().rate());
        assertEquals(25, rounds(30, 10, 20, 90).median().rate());
        assertThrows(IllegalArgumentException.class, () -> new Rounds(List.of()));
    }

    @Test
    @DisplayName("Ratios say how many times as good we are")
    void ratios() {
        var peer = new Rounds(List.of(new Sample(1_000, 10, 80, 12, 0, 0)));
        var result = result(Scenario.MUX_64, rounds(2_500), peer);
        assertEquals(Map.of("go-yamux", 2.5), result.ratios());
        assertEquals("{\"scenario\":\"mux-64\",\"ratio\":{\"go-yamux\":2.500},\"cpu_ratio\":{\"go-yamux\":3.000},"
                + "\"p99_ratio\":{\"go-yamux\":2.000},\"others\":0.01,\"medians\":{"
                + "\"proconsul\":{\"rate\":2500.0,\"p50_us\":10.0,\"p99_us\":40.0,\"cpu_us\":4.000,\"rounds\":1,\"disturbed\":0},"
                + "\"go-yamux\":{\"rate\":1000.0,\"p50_us\":10.0,\"p99_us\":80.0,\"cpu_us\":12.000,\"rounds\":1,\"disturbed\":0}}}",
                result.json());
    }

    @Test
    @DisplayName("The table is the same for people and for pages")
    void table() {
        var report = result(Scenario.MUX_64, rounds(2_500), rounds(1_000)).report();
        assertTrue(report.markdown().contains("| proconsul | 2,500 | 10.0 | 40.0 | 4.00 |  |  |  |  |\n"), report.markdown());
        assertTrue(report.markdown().contains("| go-yamux | 1,000 | 10.0 | 40.0 | 4.00 | 2.50 times | 1/1.00 | 1/1.00 |  |\n"),
                report.markdown());
        assertEquals(Arrays.asList("proconsul", "2,500", "10.0", "40.0", "4.00"), report.text().lines()
                .filter(line -> line.startsWith("proconsul")).flatMap(line -> Arrays.stream(line.split(" +"))).toList());
        assertEquals(List.of(), report.notes());
    }

    @Test
    @DisplayName("Bulk is in megabytes")
    void megabytes() {
        var text = result(Scenario.MUX_BULK_1, rounds(10_000), rounds(5_000)).report().text();
        assertTrue(text.contains("MB/s") && text.contains(" 655 ") && text.contains(" 328 "), text);
    }

    @Test
    @DisplayName("What is done beside is told apart")
    void beside() {
        var ours = new Rounds(List.of(new Sample(2_500, 10, 40, 4, 30_000, 0)));
        var peer = new Rounds(List.of(new Sample(1_000, 10, 40, 4, 10_000, 0)));
        var result = result(Scenario.MUX_BESIDE, ours, peer);
        assertEquals(List.of("Bulk meanwhile: proconsul 1,966 MB/s, go-yamux 655 MB/s."), result.report().notes());
        assertTrue(result.json().contains("\"cpu_us\":4.000,\"beside_mb_per_s\":655.4,"), result.json());
        assertEquals(Map.of("go-yamux", 2.5), result.ratios());
    }

    @Test
    @DisplayName("Rounds that others have disturbed are counted, from more than a tenth of the machine on")
    void disturbed() {
        var calm = new Sample(1_000, 10, 40, 4, 0, 0.10);
        var disturbed = new Sample(1_000, 10, 40, 4, 0, 0.34);
        var result = result(Scenario.MUX_64, new Rounds(List.of(calm, calm)), new Rounds(List.of(calm, disturbed, disturbed)));
        var text = result.report().text();
        assertTrue(text.contains("2 of 3") && text.contains("up to 34 % of the machine"), text);
        assertFalse(text.contains("of 2"), text);
    }

    @Test
    @DisplayName("The plot has rate and processor time of all contenders")
    void plot() {
        var panels = result(Scenario.MUX_64, rounds(2_500), rounds(1_000)).report().plot().panels();
        assertEquals(List.of(Map.of("proconsul", 2_500.0, "go-yamux", 1_000.0), Map.of("proconsul", 4.0, "go-yamux", 4.0)),
                panels.stream().map(Plot.Panel::bars).toList());
    }

    @Test
    @DisplayName("Calm rounds count alone, as long as they are more than the disturbed ones")
    void calm() {
        var calm = new Sample(1_000, 10, 40, 4, 0, 0.10);
        var disturbed = new Sample(1, 10, 40, 4, 0, 0.11);
        var most = new Rounds(List.of(disturbed, calm, disturbed, calm, calm));
        assertEquals(1_000, most.calm().orElseThrow().median().rate());
        assertEquals(Optional.empty(), new Rounds(List.of(disturbed, calm, disturbed, calm)).calm());
        assertEquals(Optional.empty(), new Rounds(List.of(disturbed)).calm());
    }
}
