package dev.proconsul.rpc.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// All rounds of one contender in one scenario.
///
/// @param samples at least one
record Rounds(List<Sample> samples) {
    Rounds {
        samples = List.copyOf(samples);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("there was no round");
        }
    }

    /// {@return the median of each figure}
    Sample median() {
        return new Sample(
                median(Sample::rate),
                median(Sample::p50Micros),
                median(Sample::p99Micros),
                median(Sample::cpuMicros),
                median(Sample::beside),
                median(Sample::others));
    }

    private double median(ToDoubleFunction<Sample> figure) {
        var sorted = samples.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// {@return in how many of them other programs had too much of the machine}
    long disturbed() {
        return samples.stream().filter(Sample::disturbed).count();
    }

    /// {@return the others; empty when these are not the greater part, so that a median of them says little}
    Optional<Rounds> calm() {
        var calm = samples.stream().filter(sample -> !sample.disturbed()).toList();
        return calm.size() * 2 > samples.size() ? Optional.of(new Rounds(calm)) : Optional.empty();
    }
}
