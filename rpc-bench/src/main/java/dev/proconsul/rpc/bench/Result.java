package dev.proconsul.rpc.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The medians of one scenario: ours first, then the peers.
///
/// @param scenario what was measured
/// @param medians  by contender, in the order of the table; the first is ours
record Result(Scenario scenario, Map<String, Sample> medians) {
    Result {
        medians = new LinkedHashMap<>(medians);
    }

    /// {@return a table of the contenders, as text}
    String table() {
        var text = new StringBuilder("%n%s: %s%n".formatted(scenario.title(), scenario.description()));
        text.append("%-12s %12s %10s %10s %12s %14s%n".formatted("", "rate/s", "p50 us", "p99 us", "CPU us/op", "ours is"));
        medians.forEach((name, sample) -> text.append(format("%-12s %,12.0f %10.1f %10.1f %12.2f %14s%n",
                name, sample.rate(), sample.p50Micros(), sample.p99Micros(), sample.cpuMicros(), ratioText(name))));
        return text.toString();
    }

    private String ratioText(String name) {
        return name.equals(ours()) ? "" : format("%.2f times", ratio(name));
    }

    /// {@return our rate divided by that of a peer}
    double ratio(String peer) {
        return sampleOf(ours()).rate() / sampleOf(peer).rate();
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

    /// {@return the same on one line}
    String json() {
        var ratios = medians.keySet().stream().skip(1).map(peer -> format("\"%s\":%.3f", peer, ratio(peer)));
        var figures = medians.entrySet().stream().map(entry -> "\"" + entry.getKey() + "\":" + json(entry.getValue()));
        return "{\"scenario\":\"" + scenario.title() + "\",\"ratio\":{" + ratios.collect(Collectors.joining(",")) + "},\"medians\":{"
                + figures.collect(Collectors.joining(",")) + "}}";
    }

    private static String json(Sample sample) {
        return format("{\"rate\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.2f}",
                sample.rate(), sample.p50Micros(), sample.p99Micros(), sample.cpuMicros());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
