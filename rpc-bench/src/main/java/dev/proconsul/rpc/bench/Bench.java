package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs scenarios: ours and the peers in turn, several rounds, medians. The script `rpc-bench/bench` starts it.
public final class Bench {
    /// So long the compiler is watched at a time before the first round, and so much of a processor may it use then.
    private static final Duration COMPILING = Duration.ofMillis(2_500);
    private static final Duration LITTLE_COMPILING = COMPILING.dividedBy(40);

    private final Path module;
    private final Contenders contenders;
    private final Pace pace;

    private Bench(Path module, Contenders contenders, Pace pace) {
        this.module = module;
        this.contenders = contenders;
        this.pace = pace;
    }

    /// Runs what the arguments name.
    ///
    /// @param args the directory of this module, a scenario or `all`, and perhaps options
    public static void main(String[] args) {
        System.exit(exitCode(Path.of(args[0]), Arrays.asList(args).subList(1, args.length)));
    }

    private static int exitCode(Path module, List<String> arguments) {
        Optional<Options> options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            say(e.getMessage());
            return 2;
        }
        try {
            return options.isPresent() ? run(module, options.get()) : usage();
        } catch (IOException e) {
            say(e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            return 130;
        }
    }

    private static void say(@Nullable String line) {
        System.err.println("bench: " + line);
    }

    private static int usage() {
        System.err.println(Options.USAGE);
        Arrays.stream(Scenario.values()).forEach(s -> System.err.printf("  %-13s %s%n", s.title(), s.description()));
        System.err.printf("  %-13s %s%n", "store", "the state at scale, ours alone; not among `all`");
        System.err.printf("  %-13s %s%n", "codec", "encoding and decoding in memory; not among `all`");
        return 2;
    }

    private static int run(Path module, Options options) throws IOException, InterruptedException {
        Machine.sending().ifPresent(Bench::say);
        var contenders = Contenders.of(module, options.one(), options.only());
        Measuring measuring = scenarios -> new Bench(module, contenders,
                new Pace(options.quick(), contenders.turns(scenarios), System::nanoTime)).run(scenarios);
        var file = AcceptedFile.in(module);
        var finished = switch (options.purpose()) {
            case Purpose.Show() -> new Finished(measuring.measure(options.scenarios()), "", Finished.WELL);
            case Purpose.Accept() ->
                    new Acceptance(file, Setting.now(module, options.quick())).run(options.scenarios(), measuring);
            case Purpose.Gate(int tolerance) ->
                    new Gate(file.read(), Setting.now(module, options.quick()), tolerance, Bench::say)
                            .run(options.scenarios(), measuring);
        };
        System.out.print(finished.text());
        var outcomes = finished.outcomes();
        if (!outcomes.isEmpty()) {
            System.out.println();
            System.out.println(outcomes.size() == 1 ? outcomes.getFirst().json() : json(options.words(), outcomes));
        }
        return finished.exitCode();
    }

    private List<Outcome> run(List<Scenario> scenarios) throws IOException, InterruptedException {
        var families = scenarios.stream()
                .filter(scenario -> contenders.of(scenario.family()).stream().anyMatch(kind -> kind.suits(scenario)))
                .collect(Collectors.groupingBy(Scenario::family, TreeMap::new, Collectors.toList()));
        if (families.isEmpty()) {
            throw new IOException("none of the contenders named by --only takes part");
        }
        var outcomes = new ArrayList<Outcome>();
        for (var family : families.entrySet()) {
            outcomes.addAll(run(contenders.of(family.getKey()), family.getValue()));
        }
        return outcomes;
    }

    private List<Outcome> run(List<Contender.Kind> kinds, List<Scenario> scenarios) throws IOException, InterruptedException {
        var running = new ArrayList<Contender>();
        try {
            for (var starting : startAll(kinds.stream().filter(kind -> scenarios.stream().anyMatch(kind::suits)).toList())) {
                running.add(started(starting));
            }
            var outcomes = new ArrayList<Outcome>();
            for (var scenario : scenarios) {
                if (pace.isLate()) {
                    say("no time is left for " + scenario.title() + "; the machine is too busy");
                    continue;
                }
                var suiting = running.stream().filter(contender -> contender.kind().suits(scenario)).toList();
                var effort = pace.next(Contenders.turns(scenario, suiting.size()));
                var outcome = scenario == Scenario.MUX_IDLE ? measureMemory(suiting, effort) : measure(scenario, suiting, effort);
                var report = outcome.report();
                System.out.print(report.text());
                report.save(module);
                outcomes.add(outcome);
            }
            return outcomes;
        } finally {
            running.forEach(Contender::close);
        }
    }

    /// All at once: most of it is waiting, on a busy machine above all.
    private static List<FutureTask<Contender>> startAll(List<Contender.Kind> kinds) {
        var starting = kinds.stream().map(kind -> new FutureTask<>(() -> Contender.start(kind))).toList();
        starting.forEach(Thread::startVirtualThread);
        return starting;
    }

    private static Contender started(FutureTask<Contender> starting) throws IOException, InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    private Outcome measure(Scenario scenario, List<Contender> contenders, Effort effort)
            throws IOException, InterruptedException {
        for (var contender : contenders) {
            warmUp(scenario, contender, effort);
        }
        var samples = new LinkedHashMap<Contender, List<Sample>>();
        contenders.forEach(contender -> samples.put(contender, new ArrayList<>()));
        for (int round = 0; round < effort.rounds(); round++) {
            for (var each : samples.entrySet()) {
                each.getValue().add(round(scenario, each.getKey(), effort.round()));
            }
        }
        var rounds = new LinkedHashMap<String, Rounds>();
        samples.forEach((contender, all) -> rounds.put(contender.kind().name(), new Rounds(all)));
        return new Result(scenario, rounds);
    }

    /// A lone caller is too slow to get code compiled in time, so many callers do that before.
    private static void warmUp(Scenario scenario, Contender contender, Effort effort) throws IOException, InterruptedException {
        if (!contender.kind().jvm()) {
            contender.run(scenario, effort.settling());
        } else if (scenario == Scenario.MUX_PINGPONG) {
            contender.run(Scenario.MUX_CONNS, effort.warmUp().dividedBy(2));
            contender.run(scenario, effort.warmUp().dividedBy(2));
        } else {
            contender.run(scenario, effort.warmUp());
        }
        if (contender.kind().jvm()) {
            awaitCompiler(scenario, contender, effort.patience());
        }
    }

    /// Makes load until the compiler has next to nothing left to do.
    private static void awaitCompiler(Scenario scenario, Contender contender, Duration patience)
            throws IOException, InterruptedException {
        for (var spent = Duration.ZERO; spent.compareTo(patience) < 0; spent = spent.plus(COMPILING)) {
            var before = contender.compilerTime();
            contender.run(scenario, COMPILING);
            var compiling = contender.compilerTime().minus(before);
            if (!compiling.isNegative() && compiling.compareTo(LITTLE_COMPILING) <= 0) { // negative: a thread has ended
                return;
            }
        }
    }

    /// A round that other programs have disturbed has one more chance, as long as time can be spared.
    private Sample round(Scenario scenario, Contender contender, Duration duration) throws IOException, InterruptedException {
        var sample = contender.run(scenario, duration);
        if (!sample.disturbed() || !pace.spare(duration)) {
            return sample;
        }
        var again = contender.run(scenario, duration);
        return again.others() < sample.others() ? again : sample;
    }

    private static Outcome measureMemory(List<Contender> contenders, Effort effort)
            throws IOException, InterruptedException {
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

    /// The ratio of several scenarios together is the geometric mean.
    private static String json(String words, List<Outcome> outcomes) {
        Map<String, Double> means = outcomes.stream()
                .flatMap(outcome -> outcome.ratios().entrySet().stream())
                .collect(Collectors.groupingBy(Map.Entry::getKey, TreeMap::new, Collectors.collectingAndThen(
                        Collectors.averagingDouble(ratio -> Math.log(ratio.getValue())), Math::exp)));
        return "{\"scenario\":\"%s\",\"ratio\":%s,\"scenarios\":[%s]}".formatted(
                words, Result.json(means), outcomes.stream().map(Outcome::json).collect(Collectors.joining(",")));
    }
}
