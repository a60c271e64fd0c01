package dev.proconsul.rpc.bench.alloc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures what a small message costs in garbage: `AllocBench [--quick]`.
public final class AllocBench {
    private AllocBench() {}

    /// Prints a table, and as last line the same as JSON.
    ///
    /// @param arguments what was said on the command line
    /// @throws RunnerException if JMH fails
    public static void main(String... arguments) throws RunnerException {
        var words = List.of(arguments);
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            System.err.println("usage: bench-alloc [--quick]");
            System.exit(2);
        }
        boolean quick = !words.isEmpty();
        var options = new OptionsBuilder()
                .include(EchoBenchmark.class.getName())
                .forks(1)
                .warmupIterations(quick ? 4 : 10).warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(quick ? 4 : 10).measurementTime(TimeValue.milliseconds(500))
                .jvmArgsAppend("-Xms512m", "-Xmx512m", "--sun-misc-unsafe-memory-access=allow",
                        "-Djmh.executor=VIRTUAL")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        report(new Runner(options).run());
    }

    private static void report(Iterable<RunResult> results) {
        System.out.printf("%-14s %6s %12s %12s%n", "carrier", "lines", "B/message", "ns/message");
        var figures = new ArrayList<String>();
        for (var result : results) {
            var carrier = result.getParams().getParam("carrier").toLowerCase(Locale.ROOT).replace('_', '-');
            var lines = result.getParams().getParam("lines");
            double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
            double nanos = result.getPrimaryResult().getScore();
            System.out.printf(Locale.ROOT, "%-14s %6s %,12.1f %,12.0f%n", carrier, lines, bytes, nanos);
            figures.add(String.format(Locale.ROOT, "\"%s-%s\":{\"bytes\":%.1f,\"ns\":%.0f}", carrier, lines, bytes, nanos));
        }
        System.out.println("{\"scenario\":\"mux-alloc\",\"per_message\":{" + String.join(",", figures) + "}}");
    }
}
