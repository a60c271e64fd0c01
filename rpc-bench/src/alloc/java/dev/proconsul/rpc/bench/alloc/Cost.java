package dev.proconsul.rpc.bench.alloc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;

/// What one message costs on one carrier.
///
/// @param name  carrier and number of lines
/// @param nanos time of one message, with all lines at work
/// @param bytes allocated in the whole process
/// @param sites part of the bytes, 0 to 1, by label of [SiteProfiler]
record Cost(String name, double nanos, double bytes, Map<String, Double> sites) {
    /// Less than this for each message is not worth a word.
    private static final double NOTABLE_BYTES = 2;

    static Cost of(RunResult result) {
        var carrier = result.getParams().getParam("carrier").toLowerCase(Locale.ROOT).replace('_', '-');
        var weights = new TreeMap<String, Double>();
        result.getSecondaryResults().forEach((label, value) -> {
            if (label.startsWith(SiteProfiler.PREFIX)) {
                weights.put(label.substring(SiteProfiler.PREFIX.length()), value.getScore());
            }
        });
        double all = Math.max(1, weights.values().stream().mapToDouble(Double::doubleValue).sum());
        weights.replaceAll((_, weight) -> weight / all);
        return new Cost(carrier + "-" + result.getParams().getParam("lines"), result.getPrimaryResult().getScore(),
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore(), weights);
    }

    /// {@return the bytes that an owner's code has allocated}
    double by(Owner owner) {
        return bytes * sites.entrySet().stream()
                .filter(site -> site.getKey().split(" ")[0].equals(owner.title()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    String[] row() {
        var row = new ArrayList<>(List.of(name.substring(0, name.lastIndexOf('-')), name.substring(name.lastIndexOf('-') + 1),
                AllocBench.format("%,.0f", nanos), AllocBench.format("%,.1f", bytes)));
        Arrays.stream(Owner.values()).forEach(owner -> row.add(AllocBench.format("%,.1f", by(owner))));
        return row.toArray(String[]::new);
    }

    /// {@return where the multiplexer allocates, if it does}
    List<String> notes() {
        var places = sites.entrySet().stream()
                .filter(site -> site.getKey().startsWith(Owner.JYAMUX.title() + " ") && site.getValue() * bytes > NOTABLE_BYTES)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(site -> AllocBench.format("%s %.1f B", site.getKey().substring(Owner.JYAMUX.title().length() + 1),
                        site.getValue() * bytes))
                .collect(Collectors.joining(", "));
        return places.isEmpty() ? List.of() : List.of(name + ": " + places);
    }

    String json() {
        var parts = Arrays.stream(Owner.values())
                .map(owner -> AllocBench.format("\"%s\":%.1f", owner.title(), by(owner)))
                .collect(Collectors.joining(","));
        return AllocBench.format("\"%s\":{\"bytes\":%.1f,\"ns\":%.0f,\"by\":{%s}}", name, bytes, nanos, parts);
    }
}
