package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the machine is and does besides, as far as Linux tells. Elsewhere nothing is known, and nothing is reported.
final class Machine {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final int MILLIS_PER_TICK = 10;
    private static final Path CONGESTION_CONTROL = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");
    /// Those that send as fast as the peer's window and losses permit.
    private static final Set<String> UNPACED = Set.of("cubic", "reno");
    /// Columns of the first line: user, nice and system; and what the host took away.
    private static final int[] BUSY = {1, 2, 3, 8};

    /// Columns of a thread's line, counted from its state.
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private Machine() {}

    /// {@return the processor's model; where it has no name, its architecture}
    static String processor() throws IOException {
        return processor(Files.exists(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of());
    }

    /// In virtual machines several generations have one name, "Intel(R) Xeon(R) Processor", so numbers are added.
    static String processor(List<String> cpuInfo) {
        var first = cpuInfo.stream().takeWhile(line -> !line.isBlank())
                .map(line -> line.split("\\s*:\\s*", 2))
                .filter(entry -> entry.length == 2)
                .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1], (one, _) -> one));
        var numbers = Stream.of("cpu family", "model", "stepping").filter(first::containsKey)
                .map(name -> name + " " + first.get(name))
                .collect(Collectors.joining(", "));
        var name = first.getOrDefault("model name", System.getProperty("os.arch"));
        return numbers.isEmpty() ? name : name + " (" + numbers + ")";
    }

    /// {@return what there is to say about how the machine's TCP sends; empty if it holds nothing back}
    static Optional<String> sending() throws IOException {
        return Files.exists(CONGESTION_CONTROL) ? sending(Files.readString(CONGESTION_CONTROL).strip()) : Optional.empty();
    }

    /// @param congestionControl the kernel's name of it
    static Optional<String> sending(String congestionControl) {
        return UNPACED.contains(congestionControl) ? Optional.empty()
                : Optional.of("TCP's congestion control is " + congestionControl + ", which may hold bytes back on loopback too, and"
                        + " bulk scenarios measure that; for the kernel's default: sysctl net.ipv4.tcp_congestion_control=cubic");
    }

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

    /// {@return the processor time that the compiler threads of a JVM have used so far, those that have ended left out;
    /// zero where that is not known}
    static Duration compiling(long pid) throws IOException {
        var tasks = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(tasks)) {
            return Duration.ZERO;
        }
        long ticks = 0;
        try (var all = Files.list(tasks)) {
            for (var task : all.toList()) {
                ticks += compilerTicks(task);
            }
        } catch (UncheckedIOException e) {
            return Duration.ZERO; // the process has ended meanwhile
        }
        return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    }

    private static long compilerTicks(Path task) {
        try {
            return compilerTicks(Files.readString(task.resolve("stat")));
        } catch (IOException e) {
            return 0; // the thread has ended meanwhile: there is no such file, or no such process behind it
        }
    }

    /// @param stat a line of `/proc/PID/task/TID/stat`: number, name in brackets, state, and numbers
    static long compilerTicks(String stat) {
        int nameEnds = stat.lastIndexOf(')');
        var name = stat.substring(stat.indexOf('(') + 1, nameEnds);
        if (!name.matches("C[12] Compiler.*")) {
            return 0;
        }
        var columns = stat.substring(nameEnds + 2).split(" ");
        return Long.parseLong(columns[USER_TIME]) + Long.parseLong(columns[SYSTEM_TIME]);
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
