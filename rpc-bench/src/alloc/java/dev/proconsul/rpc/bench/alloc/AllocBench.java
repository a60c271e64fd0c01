package dev.proconsul.rpc.bench.alloc;

import dev.proconsul.rpc.bench.Plot;
import dev.proconsul.rpc.bench.Report;
import dev.proconsul.rpc.bench.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures what a small message costs in garbage: `AllocBench MODULE [--quick]`.
public final class AllocBench {
    private AllocBench() {}

    /// Prints a table, and as last line the same as JSON; saves both.
    ///
    /// @param arguments the directory of this module, and what was said on the command line
    /// @throws RunnerException if JMH fails
    /// @throws IOException     if the results cannot be saved
    public static void main(String... arguments) throws RunnerException, IOException {
        var words = List.of(arguments).subList(1, arguments.length);
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            System.err.println("usage: bench-alloc [--quick]");
            System.exit(2);
        }
        int iterations = words.isEmpty() ? 10 : 3;
        var options = new OptionsBuilder()
                .include(EchoBenchmark.class.getName())
                .forks(1)
                .warmupIterations(iterations).warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(iterations).measurementTime(TimeValue.milliseconds(500))
                .jvmArgsAppend("-Xms512m", "-Xmx512m", "--sun-misc-unsafe-memory-access=allow",
                        "-Djmh.executor=VIRTUAL")
                // The last begins last and ends first: what the others do is not counted.
                .addProfiler(SiteProfiler.class)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        var report = report(new Runner(options).run().stream().map(Cost::of).toList());
        System.out.print(report.text());
        System.out.println(report.json());
        report.save(Path.of(arguments[0]));
    }

    private static Report report(List<Cost> costs) {
        var owners = Arrays.stream(Owner.values()).map(Owner::title);
        var table = new Table(Stream.concat(Stream.of("", "lines", "ns/message", "B/message"), owners).toArray(String[]::new));
        var total = new LinkedHashMap<String, Double>();
        var ours = new LinkedHashMap<String, Double>();
        var notes = new ArrayList<String>();
        for (var cost : costs) {
            table.add(cost.row());
            total.put(cost.name(), cost.bytes());
            ours.put(cost.name(), cost.by(Owner.JYAMUX));
            notes.addAll(cost.notes());
        }
        var json = costs.stream().map(Cost::json)
                .collect(Collectors.joining(",", "{\"scenario\":\"mux-alloc\",\"per_message\":{", "}}"));
        return new Report("mux-alloc", "bytes allocated for 128 bytes there and back, and by whose code", table, notes, json,
                new Plot("mux-alloc: bytes allocated for 128 bytes there and back (less is better)", List.of(
                        new Plot.Panel("all", total), new Plot.Panel("by the multiplexer's own code", ours))));
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
