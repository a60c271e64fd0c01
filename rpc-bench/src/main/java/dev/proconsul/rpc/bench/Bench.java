package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Runs scenarios: ours and the peers in turn, several rounds, medians. The script `rpc-bench/bench` starts it.
public final class Bench {
    private final Path module;
    private final Contenders contenders;
    private final Effort effort;

    private Bench(Path module, Contenders contenders, Effort effort) {
        this.module = module;
        this.contenders = contenders;
        this.effort = effort;
    }

    /// Runs what the arguments name.
    ///
    /// @param args the directory of this module, a scenario or `all`, and perhaps options
    public static void main(String[] args) {
        var given = Options.parse(Arrays.asList(args).subList(1, args.length));
        if (given.isEmpty()) {
            System.err.println(Options.USAGE);
            Arrays.stream(Scenario.values()).forEach(s -> System.err.printf("  %-13s %s%n", s.title(), s.description()));
            System.exit(2);
        }
        var options = given.get();
        try {
            var module = Path.of(args[0]);
            var effort = Effort.of(options.quick(), options.scenarios().size());
            new Bench(module, Contenders.of(module, options.only()), effort).run(options);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    private void run(Options options) throws IOException, InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        var families = options.scenarios().stream()
                .collect(Collectors.groupingBy(Scenario::family, TreeMap::new, Collectors.toList()));
        for (var family : families.entrySet()) {
            outcomes.addAll(run(contenders.of(family.getKey()), family.getValue()));
        }
        System.out.println();
        System.out.println(outcomes.size() == 1 ? outcomes.getFirst().json() : json(options.word(), outcomes));
    }

    private List<Outcome> run(List<Contender.Kind> kinds, List<Scenario> scenarios) throws IOException, InterruptedException {
        var running = new ArrayList<Contender>();
        try {
            for (var kind : kinds) {
                if (scenarios.stream().anyMatch(kind::suits)) {
                    running.add(Contender.start(kind));
                }
            }
            if (running.isEmpty()) {
                throw new IOException("none of the contenders named by --only takes part");
            }
            warmUp(running, scenarios.getFirst());
            var outcomes = new ArrayList<Outcome>();
            for (var scenario : scenarios) {
                var suiting = running.stream().filter(contender -> contender.kind().suits(scenario)).toList();
                var outcome = scenario == Scenario.MUX_IDLE ? measureMemory(suiting) : measure(scenario, suiting);
                System.out.print(outcome.table());
                save(outcome);
                outcomes.add(outcome);
            }
            return outcomes;
        } finally {
            running.forEach(Contender::close);
        }
    }

    /// A lone caller is too slow to get code compiled in time, so many callers do that before.
    private void warmUp(List<Contender> contenders, Scenario first) throws IOException, InterruptedException {
        for (var contender : contenders) {
            if (first == Scenario.MUX_PINGPONG && contender.kind().jvm()) {
                contender.run(Scenario.MUX_CONNS, effort.warmUp());
            }
        }
    }

    private Outcome measure(Scenario scenario, List<Contender> contenders) throws IOException, InterruptedException {
        var samples = new LinkedHashMap<String, List<Sample>>();
        for (var contender : contenders) {
            contender.run(scenario, contender.kind().jvm() ? effort.warmUp() : effort.settling());
            samples.put(contender.kind().name(), new ArrayList<>());
        }
        for (int round = 0; round < effort.rounds(); round++) {
            for (var contender : contenders) {
                var sample = contender.run(scenario, effort.round());
                samples.computeIfAbsent(contender.kind().name(), _ -> new ArrayList<>()).add(sample);
            }
        }
        var medians = new LinkedHashMap<String, Sample>();
        samples.forEach((name, rounds) -> medians.put(name, Sample.median(rounds)));
        return new Result(scenario, medians);
    }

    private Outcome measureMemory(List<Contender> contenders) throws IOException, InterruptedException {
        var costs = new LinkedHashMap<String, IdleResult.Costs>();
        for (var contender : contenders) {
            costs.put(contender.kind().name(), new IdleResult.Costs(
                    growth(contender, "idle-streams", effort.streams()),
                    growth(contender, "idle-sessions", effort.sessions())));
        }
        return new IdleResult(effort, costs);
    }

    /// A few are opened before, so that what is needed once does not count.
    private static IdleResult.Ends growth(Contender contender, String what, int number) throws IOException, InterruptedException {
        contender.open(what, number / 100);
        var client = contender.clientMemory();
        var server = contender.serverMemory();
        contender.open(what, number);
        return IdleResult.Ends.of(
                contender.clientMemory().minus(client), contender.serverMemory().minus(server), number);
    }

    private void save(Outcome outcome) throws IOException {
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve(outcome.scenario().title() + ".json"), outcome.json() + "\n");
        Files.writeString(directory.resolve(outcome.scenario().title() + ".txt"), outcome.table());
    }

    /// The ratio of several scenarios together is the geometric mean.
    private static String json(String word, List<Outcome> outcomes) {
        Map<String, Double> means = outcomes.stream()
                .flatMap(outcome -> outcome.ratios().entrySet().stream())
                .collect(Collectors.groupingBy(Map.Entry::getKey, TreeMap::new, Collectors.collectingAndThen(
                        Collectors.averagingDouble(ratio -> Math.log(ratio.getValue())), Math::exp)));
        return "{\"scenario\":\"%s\",\"ratio\":%s,\"scenarios\":[%s]}".formatted(
                word, Result.json(means), outcomes.stream().map(Outcome::json).collect(Collectors.joining(",")));
    }
}
