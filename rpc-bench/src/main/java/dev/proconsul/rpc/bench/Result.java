package dev.proconsul.rpc.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;

/// The medians of one scenario: ours first, then the peers.
///
/// @param scenario what was measured
/// @param medians  by contender, in the order of the table; the first is ours
record Result(Scenario scenario, Map<String, Sample> medians) implements Outcome {
    private static final double MEGA = 1e6;
    private static final double PERCENT = 100;
    /// More of the machine in other hands makes ratios worthless.
    private static final double DISTURBED = 0.10;

    Result {
        medians = new LinkedHashMap<>(medians);
    }

    @Override
    public String table() {
        var text = new StringBuilder("%n%s: %s%n".formatted(scenario.title(), scenario.description()));
        text.append("%-12s %12s %10s %10s %12s   %s%n".formatted(
                "", scenario.isBulk() ? "MB/s" : "rate/s", "p50 us", "p99 us", "CPU us/op", "ours: rate, CPU, p99"));
        medians.forEach((name, sample) -> text.append(format("%-12s %,12.0f %10.1f %10.1f %12.2f   %s%n",
                name, scenario.isBulk() ? megabytes(sample) : sample.rate(),
                sample.p50Micros(), sample.p99Micros(), sample.cpuMicros(), comparison(name))));
        if (others() > DISTURBED) {
            text.append(format("other programs had %.0f %% of the machine: measure again%n", others() * PERCENT));
        }
        return text.toString();
    }

    private double others() {
        return medians.values().stream().mapToDouble(Sample::others).max().orElse(0);
    }

    private static double megabytes(Sample sample) {
        return sample.rate() * Handler.BLOCK_BYTES / MEGA;
    }

    private String comparison(String name) {
        if (name.equals(ours())) {
            return "";
        }
        var ours = sampleOf(ours());
        var peer = sampleOf(name);
        return format("%.2f times, 1/%.2f, 1/%.2f", rateRatio(ours, peer), cpuRatio(ours, peer), tailRatio(ours, peer));
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
        medians.forEach((name, sample) -> {
            if (!name.equals(ours())) {
                ratios.put(name, ratio.applyAsDouble(sampleOf(ours()), sample));
            }
        });
        return ratios;
    }

    private String ours() {
        return medians.keySet().iterator().next();
    }

    private Sample sampleOf(String name) {
        var sample = medians.get(name);
        if (sample == null) {
            throw new IllegalArgumentException(name + " has not taken part");
        }
        return sample;
    }

    @Override
    public String json() {
        var figures = medians.entrySet().stream()
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

    private String json(Sample sample) {
        return format("{\"rate\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.3f%s}",
                sample.rate(), sample.p50Micros(), sample.p99Micros(), sample.cpuMicros(),
                scenario.isBulk() ? format(",\"mb_per_s\":%.1f", megabytes(sample)) : "");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
