package dev.proconsul.rpc.bench.alloc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/// Finds out which code allocates: the JVM's samples of allocations, weighted by bytes. Runs within the measured process.
///
/// Results are labelled `site.OWNER`, for the multiplexer `site.jyamux CLASS.METHOD`; only their proportion means anything.
public final class SiteProfiler implements InternalProfiler {
    static final String PREFIX = "site.";
    private static final String EVENT = "jdk.ObjectAllocationSample";

    private Recording recording;

    @Override
    public String getDescription() {
        return "Allocations by the code that makes them";
    }

    /// Warm-up is recorded too: the first sample of a thread weighs all that it has ever allocated.
    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        recording = new Recording();
        recording.enable(EVENT).withStackTrace().with("throttle", "2000/s");
        recording.start();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        recording.stop();
        try {
            return iteration.getType() == IterationType.MEASUREMENT ? results() : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            recording.close();
        }
    }

    private List<ScalarResult> results() throws IOException {
        var file = Files.createTempFile("allocations", ".jfr");
        try {
            recording.dump(file);
            Map<String, Double> weights = new TreeMap<>();
            for (var event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().equals(EVENT) && !isRecording(event)) {
                    weights.merge(site(event), (double) event.getLong("weight"), Double::sum);
                }
            }
            var results = new ArrayList<ScalarResult>();
            weights.forEach((site, weight) -> results.add(new ScalarResult(PREFIX + site, weight, "B", AggregationPolicy.SUM)));
            return results;
        } finally {
            Files.delete(file);
        }
    }

    private static String site(RecordedEvent event) {
        for (var frame : frames(event)) {
            var className = frame.getMethod().getType().getName();
            var owner = Owner.of(className);
            if (owner.isPresent()) {
                return owner.get() != Owner.JYAMUX ? owner.get().title() : owner.get().title() + " "
                        + className.substring(className.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
            }
        }
        return Owner.REST.title();
    }

    private static List<RecordedFrame> frames(RecordedEvent event) {
        var stack = event.getStackTrace();
        return stack == null ? List.of() : stack.getFrames();
    }

    /// Recordings begin and end with allocations of their own.
    private static boolean isRecording(RecordedEvent event) {
        return frames(event).stream().anyMatch(frame -> frame.getMethod().getType().getName().startsWith("jdk.jfr."));
    }
}
