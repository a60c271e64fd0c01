package dev.proconsul.rpc.bench;

/// What one client process has seen in one round.
///
/// @param operations how many were done, but for those beside
/// @param nanos      how long all took together
/// @param p50Nanos   half of the operations took at most this
/// @param p99Nanos   99 % of the operations took at most this
/// @param beside     how many operations were done by callers that only make load
record Measured(long operations, long nanos, long p50Nanos, long p99Nanos, long beside) {
    /// {@return the line that a client process answers with}
    String line() {
        return operations + " " + nanos + " " + p50Nanos + " " + p99Nanos + " " + beside;
    }

    /// {@return what such a line says}
    /// @throws IllegalArgumentException when it is none
    static Measured parse(String line) {
        var parts = line.strip().split(" ");
        if (parts.length != 5) {
            throw new IllegalArgumentException("expected five numbers, but the client said: " + line);
        }
        return new Measured(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }
}
