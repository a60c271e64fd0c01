package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The rounds of one scenario, shown by their medians: ours first, then the peers.
///
/// @param scenario what was measured
/// @param rounds   by contender, in the order of the table; the first is ours
record Result(Scenario scenario, Map<String, Rounds> rounds) implements Outcome {
    private static final double MEGA = 1e6;
    private static final double PERCENT = 100;

    Result {
        rounds = new LinkedHashMap<>(rounds);
    }

    @Override
    public Report report() {
        return new Report(scenario.title(), scenario.description(), table(), notes(), json(), plot());
    }

    private Table table() {
        var table = new Table("", rateUnit(), "p50 us", "p99 us", "CPU us/op", "ours: rate", "CPU", "p99", "disturbed");
        rounds.forEach((name, all) -> {
            var peer = all.median();
            table.add(name, format("%,.0f", shownRate(peer)), format("%.1f", peer.p50Micros()),
                    format("%.1f", peer.p99Micros()), format("%.2f", peer.cpuMicros()),
                    compared(name, "%.2f times", rateRatio(ours(), peer)),
                    compared(name, "1/%.2f", cpuRatio(ours(), peer)),
                    compared(name, "1/%.2f", tailRatio(ours(), peer)),
                    all.disturbed() == 0 ? "" : all.disturbed() + " of " + all.samples().size());
        });
        return table;
    }

    private String compared(String name, String pattern, double ratio) {
        return isOurs(name) ? "" : format(pattern, ratio);
    }

    private List<String> notes() {
        var notes = new ArrayList<String>();
        if (scenario.hasBeside()) {
            notes.add(rounds.entrySet().stream()
                    .map(entry -> format("%s %,.0f MB/s", entry.getKey(), megabytes(entry.getValue().median().beside())))
                    .collect(Collectors.joining(", ", "Bulk meanwhile: ", ".")));
        }
        if (rounds.values().stream().anyMatch(all -> all.disturbed() > 0)) {
            notes.add(format("Other programs had up to %.0f %% of the machine: measure again.", others() * PERCENT));
        }
        return notes;
    }

    private Plot plot() {
        return new Plot(scenario.title() + ": " + scenario.description(), List.of(
                new Plot.Panel(rateUnit() + " (more is better)", figures(this::shownRate)),
                new Plot.Panel("processor time per operation, us (less is better)", figures(Sample::cpuMicros))));
    }

    private Map<String, Double> figures(ToDoubleFunction<Sample> figure) {
        var figures = new LinkedHashMap<String, Double>();
        rounds.forEach((name, all) -> figures.put(name, figure.applyAsDouble(all.median())));
        return figures;
    }

    private String rateUnit() {
        return scenario.isBulk() ? "MB/s" : "rate/s";
    }

    private double shownRate(Sample sample) {
        return scenario.isBulk() ? megabytes(sample.rate()) : sample.rate();
    }

    private static double megabytes(double blocks) {
        return blocks * Handler.BLOCK_BYTES / MEGA;
    }

    /// The most of any round: that of one contender alone spoils a comparison.
    private double others() {
        return rounds.values().stream().flatMap(all -> all.samples().stream()).mapToDouble(Sample::others).max().orElse(0);
    }

    private Sample ours() {
        return rounds.values().iterator().next().median();
    }

    private boolean isOurs(String name) {
        return name.equals(rounds.keySet().iterator().next());
    }

    private static double rateRatio(Sample ours, Sample peer) {
        return ours.rate() / peer.rate();
    }

    private static double cpuRatio(Sample ours, Sample peer) {
        return peer.cpuMicros() / ours.cpuMicros();
    }

    private static double tailRatio(Sample ours, Sample peer) {
        return peer.p99Micros() / ours.p99Micros();
    }

    @Override
    public Map<String, Double> ratios() {
        return ratios(Result::rateRatio);
    }

    private Map<String, Double> ratios(ToDoubleBiFunction<Sample, Sample> ratio) {
        var ratios = new LinkedHashMap<String, Double>();
        rounds.forEach((name, all) -> {
            if (!isOurs(name)) {
                ratios.put(name, ratio.applyAsDouble(ours(), all.median()));
            }
        });
        return ratios;
    }

    @Override
    public String json() {
        var figures = rounds.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + json(entry.getValue()))
                .collect(Collectors.joining(","));
        return "{\"scenario\":\"" + scenario.title() + "\",\"ratio\":" + json(ratios())
                + ",\"cpu_ratio\":" + json(ratios(Result::cpuRatio)) + ",\"p99_ratio\":" + json(ratios(Result::tailRatio))
                + format(",\"others\":%.2f,\"medians\":{", others()) + figures + "}}";
    }

    /// {@return numbers by name, as JSON}
    static String json(Map<String, Double> numbers) {
        return numbers.entrySet().stream()
                .map(entry -> format("\"%s\":%.3f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private String json(Rounds all) {
        var sample = all.median();
        return format("{\"rate\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.3f%s,\"rounds\":%d,\"disturbed\":%d}",
                sample.rate(), sample.p50Micros(), sample.p99Micros(), sample.cpuMicros(),
                scenario.isBulk() ? format(",\"mb_per_s\":%.1f", megabytes(sample.rate()))
                        : scenario.hasBeside() ? format(",\"beside_mb_per_s\":%.1f", megabytes(sample.beside())) : "",
                all.samples().size(), all.disturbed());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
