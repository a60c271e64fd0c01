package dev.proconsul.rpc.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A round in the units of the table, or the medians of several.
///
/// @param rate      operations per second
/// @param p50Micros half of the operations took at most this
/// @param p99Micros 99 % of the operations took at most this
/// @param cpuMicros processor time of both processes for one operation
/// @param others    part of the machine's processors that other programs had meanwhile, 0 to 1
record Sample(double rate, double p50Micros, double p99Micros, double cpuMicros, double others) {
    private static final double MICRO = 1e3;
    private static final double SECOND = 1e9;

    static Sample of(Measured measured, Duration cpu, double others) {
        double operations = Math.max(1, measured.operations());
        return new Sample(
                measured.operations() * SECOND / measured.nanos(),
                measured.p50Nanos() / MICRO,
                measured.p99Nanos() / MICRO,
                cpu.toNanos() / MICRO / operations,
                others);
    }

    /// {@return the median of each figure}
    /// @param rounds at least one
    static Sample median(List<Sample> rounds) {
        return new Sample(
                median(rounds, Sample::rate),
                median(rounds, Sample::p50Micros),
                median(rounds, Sample::p99Micros),
                median(rounds, Sample::cpuMicros),
                median(rounds, Sample::others));
    }

    private static double median(List<Sample> rounds, ToDoubleFunction<Sample> figure) {
        var sorted = rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
