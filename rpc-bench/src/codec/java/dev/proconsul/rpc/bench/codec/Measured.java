package dev.proconsul.rpc.bench.codec;

/// Cost of one operation of one contender.
///
/// @param struct    name of the struct
/// @param operation `encode` or `decode`
/// @param contender who
/// @param nanos     time in nanoseconds, in the fastest round
/// @param allocated bytes
record Measured(String struct, String operation, String contender, double nanos, double allocated) {
    double perSecond() {
        return 1e9 / nanos;
    }
}
