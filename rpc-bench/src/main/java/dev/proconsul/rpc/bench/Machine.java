package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What the machine does besides, as far as Linux tells. Elsewhere nothing is known, and nothing is reported.
final class Machine {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int MILLIS_PER_TICK = 10;
    /// Columns of the first line: user, nice and system; and what the host took away.
    private static final int[] BUSY = {1, 2, 3, 8};

    private Machine() {}

    /// {@return the processor time that all programs have used so far, and that the host has withheld}
    static Duration busy() throws IOException {
        if (!Files.exists(STAT)) {
            return Duration.ZERO;
        }
        try (var lines = Files.lines(STAT)) {
            var columns = lines.findFirst().orElseThrow().split(" +");
            long ticks = 0;
            for (int column : BUSY) {
                ticks += Long.parseLong(columns[column]);
            }
            return Duration.ofMillis(ticks * MILLIS_PER_TICK);
        }
    }

    /// {@return which part of the machine's processors others had, 0 to 1}
    /// @param busy    of all programs
    /// @param ours    part of that
    /// @param elapsed time meanwhile
    static double others(Duration busy, Duration ours, Duration elapsed) {
        double all = (double) elapsed.toNanos() * Runtime.getRuntime().availableProcessors();
        return Math.clamp((busy.toNanos() - ours.toNanos()) / all, 0, 1);
    }
}
