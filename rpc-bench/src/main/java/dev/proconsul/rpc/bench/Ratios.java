package dev.proconsul.rpc.bench;

import java.util.Optional;
import java.util.stream.DoubleStream;

/// Our figures divided by another contender's of the same run, which leaves out how fast the machine happens to be.
///
/// @param rate operations per second; more is better
/// @param cpu  processor time of an operation; less is better
/// @param p99  time of all operations but the slowest hundredth; less is better
record Ratios(double rate, double cpu, double p99) {
    private static final double PERCENT = 100;

    Ratios {
        if (!areUsable(rate, cpu, p99)) {
            throw new IllegalArgumentException("expected numbers above 0, got " + rate + ", " + cpu + ", " + p99);
        }
    }

    private static boolean areUsable(double... ratios) {
        return DoubleStream.of(ratios).allMatch(ratio -> ratio > 0 && Double.isFinite(ratio));
    }

    /// {@return the ratios; empty when one of the two has not done a single operation}
    static Optional<Ratios> of(Sample ours, Sample peer) {
        double rate = ours.rate() / peer.rate();
        double cpu = ours.cpuMicros() / peer.cpuMicros();
        double p99 = ours.p99Micros() / peer.p99Micros();
        return areUsable(rate, cpu, p99) ? Optional.of(new Ratios(rate, cpu, p99)) : Optional.empty();
    }

    /// {@return the better one of each figure: when that is slower, both are}
    Ratios best(Ratios other) {
        return new Ratios(Math.max(rate, other.rate), Math.min(cpu, other.cpu), Math.min(p99, other.p99));
    }

    /// {@return whether rate or processor time is worse than before by more than is tolerated}
    /// The p99 has no say: it is made by the few slowest operations, and one pause of the machine moves it by half.
    /// @param tolerance in percent
    boolean isSlowerThan(Ratios before, int tolerance) {
        return rate < before.rate * (PERCENT - tolerance) / PERCENT
                || cpu > before.cpu * (PERCENT + tolerance) / PERCENT;
    }
}
