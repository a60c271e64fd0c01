package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Runs scenarios: ours and the peers in turn, several rounds, medians. The script `rpc-bench/bench` starts it.
public final class Bench {
    private static final String OURS = "proconsul";
    private static final String GO = "go-yamux";

    private final Path module;
    private final Effort effort;

    private Bench(Path module, Effort effort) {
        this.module = module;
        this.effort = effort;
    }

    /// How long everything takes.
    /// @param warmUp before the first round of a scenario; the compiler of the JVM needs it
    /// @param round  of one contender
    /// @param rounds of each contender
    private record Effort(Duration warmUp, Duration round, int rounds) {
        static final Effort FULL = new Effort(Duration.ofSeconds(8), Duration.ofSeconds(3), 5);
        static final Effort QUICK = new Effort(Duration.ofMillis(2_000), Duration.ofMillis(800), 3);
    }

    /// Runs what the arguments name.
    ///
    /// @param args the directory of this module, a scenario or `all`, and perhaps `--quick`
    public static void main(String[] args) {
        var words = Arrays.stream(args).skip(1).filter(word -> !word.equals("--quick")).toList();
        var scenarios = words.size() == 1 ? named(words.getFirst()) : List.<Scenario>of();
        if (scenarios.isEmpty()) {
            System.err.println("usage: bench SCENARIO|all [--quick]");
            Arrays.stream(Scenario.values()).forEach(s -> System.err.printf("  %-13s %s%n", s.title(), s.description()));
            System.err.printf("  %-13s %s%n", "codec", "encoding and decoding in memory; not among `all`");
            System.exit(2);
        }
        var effort = Arrays.asList(args).contains("--quick") ? Effort.QUICK : Effort.FULL;
        try {
            new Bench(Path.of(args[0]), effort).run(scenarios);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    private static List<Scenario> named(String word) {
        return word.equals("all") ? List.of(Scenario.values()) : Scenario.of(word).stream().toList();
    }

    private void run(List<Scenario> scenarios) throws IOException, InterruptedException {
        var peer = GoPeer.build(module);
        try (var ours = Contender.start(OURS, java(BenchServer.class), java(BenchClient.class));
                var go = Contender.start(GO, peer.command("bench-server"), peer.command("bench"))) {
            var results = new ArrayList<Result>();
            for (var scenario : scenarios) {
                var result = measure(scenario, List.of(ours, go));
                System.out.print(result.table());
                save(result);
                results.add(result);
            }
            System.out.println();
            System.out.println(results.size() == 1 ? results.getFirst().json() : jsonOf(results));
        }
    }

    private Result measure(Scenario scenario, List<Contender> contenders) throws IOException, InterruptedException {
        var samples = new LinkedHashMap<String, List<Sample>>();
        for (var contender : contenders) {
            contender.run(scenario, effort.warmUp());
            samples.put(contender.name(), new ArrayList<>());
        }
        for (int round = 0; round < effort.rounds(); round++) {
            for (var contender : contenders) {
                samples.computeIfAbsent(contender.name(), _ -> new ArrayList<>()).add(contender.run(scenario, effort.round()));
            }
        }
        var medians = new LinkedHashMap<String, Sample>();
        samples.forEach((name, rounds) -> medians.put(name, Sample.median(rounds)));
        return new Result(scenario, medians);
    }

    private void save(Result result) throws IOException {
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve(result.scenario().title() + ".json"), result.json() + "\n");
        Files.writeString(directory.resolve(result.scenario().title() + ".txt"), result.table());
    }

    /// The ratio of all scenarios together is the geometric mean.
    private static String jsonOf(List<Result> results) {
        double logs = results.stream().mapToDouble(result -> Math.log(result.ratio(GO))).average().orElse(0);
        return "{\"scenario\":\"all\",\"ratio\":{\"%s\":%.3f},\"scenarios\":[%s]}".formatted(
                GO, Math.exp(logs), results.stream().map(Result::json).collect(Collectors.joining(",")));
    }

    /// The same Java and class path as this process.
    private static List<String> java(Class<?> main) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-Xmx512m", "-cp", System.getProperty("java.class.path"), main.getName());
    }
}
