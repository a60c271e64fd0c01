package dev.proconsul.rpc.bench;

import java.time.Duration;

/// A round in the units of the table, or the medians of several.
///
/// @param rate      operations per second
/// @param p50Micros half of the operations took at most this
/// @param p99Micros 99 % of the operations took at most this
/// @param cpuMicros processor time of both processes for one operation
/// @param beside    operations per second of callers that only make load
/// @param others    part of the machine's processors that other programs had meanwhile, 0 to 1
record Sample(double rate, double p50Micros, double p99Micros, double cpuMicros, double beside, double others) {
    /// More of the machine in other hands makes figures worthless.
    private static final double TOO_MUCH = 0.10;
    private static final double MICRO = 1e3;
    private static final double SECOND = 1e9;

    static Sample of(Measured measured, Duration cpu, double others) {
        double operations = Math.max(1, measured.operations());
        return new Sample(
                measured.operations() * SECOND / measured.nanos(),
                measured.p50Nanos() / MICRO,
                measured.p99Nanos() / MICRO,
                cpu.toNanos() / MICRO / operations,
                measured.beside() * SECOND / measured.nanos(),
                others);
    }

    boolean disturbed() {
        return others > TOO_MUCH;
    }
}
