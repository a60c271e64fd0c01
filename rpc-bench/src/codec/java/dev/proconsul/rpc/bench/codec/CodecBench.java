package dev.proconsul.rpc.bench.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures our codec, databind and Consul's codec on the same values: `CodecBench MODULE [--quick] [STRUCT]`.
public final class CodecBench {
    private static final List<String> STRUCTS = List.of("IndexedCheckServiceNodes", "KVSRequest");

    /// How much is measured. Rounds are short and many: the fastest is the one that the machine disturbed least.
    private record Effort(int forks, int warmups, int rounds) {
        static final int ROUND_MILLIS = 100;
        static final Effort FULL = new Effort(3, 40, 60);
        static final Effort QUICK = new Effort(1, 25, 15);
    }

    private CodecBench() {}

    /// Prints a table, and as last line the same as JSON.
    ///
    /// @param arguments directory of the module, and what else was said on the command line
    /// @throws IOException          if the contenders do not agree on a value, or the Go program cannot be run
    /// @throws InterruptedException never
    /// @throws RunnerException      if JMH fails
    public static void main(String... arguments) throws IOException, InterruptedException, RunnerException {
        Path module = Path.of(arguments[0]);
        var options = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        Effort effort = options.remove("--quick") ? Effort.QUICK : Effort.FULL;
        List<String> structs = options.isEmpty() ? STRUCTS : options;
        if (options.size() > 1 || !STRUCTS.containsAll(structs)) {
            System.err.println("usage: bench-codec [--quick] [" + String.join("|", STRUCTS) + "]");
            System.exit(2);
        }
        GoCodec go = GoCodec.build(module);
        List<Measured> measured = new ArrayList<>(java(structs, effort));
        for (String struct : structs) {
            measured.addAll(go.measure(struct, effort.rounds(), Effort.ROUND_MILLIS));
        }
        measured.sort(Comparator.comparing(Measured::struct)
                .thenComparing(Measured::operation, Comparator.reverseOrder())
                .thenComparing(m -> List.of(Report.OURS, "jackson", GoCodec.NAME).indexOf(m.contender())));
        var report = new Report(measured);
        System.out.println(report.table());
        System.out.println(report.json());
        Path results = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(results.resolve("codec.txt"), report.table());
        Files.writeString(results.resolve("codec.json"), report.json() + "\n");
    }

    private static List<Measured> java(List<String> structs, Effort effort) throws RunnerException {
        var options = new OptionsBuilder()
                .include(CodecBenchmark.class.getName())
                .param("struct", structs.toArray(String[]::new))
                .forks(effort.forks())
                .warmupIterations(effort.warmups()).warmupTime(TimeValue.milliseconds(Effort.ROUND_MILLIS))
                .measurementIterations(effort.rounds()).measurementTime(TimeValue.milliseconds(Effort.ROUND_MILLIS))
                .jvmArgsAppend("-Xms512m", "-Xmx512m", "--sun-misc-unsafe-memory-access=allow")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).run().stream().map(CodecBench::measured).toList();
    }

    private static Measured measured(RunResult result) {
        String label = result.getPrimaryResult().getLabel(); // as "oursEncode"
        String operation = label.endsWith("Encode") ? "encode" : "decode";
        String contender = label.substring(0, label.length() - operation.length()).toLowerCase(Locale.ROOT);
        return new Measured(result.getParams().getParam("struct"), operation, contender,
                result.getPrimaryResult().getStatistics().getMin(),
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    }
}
