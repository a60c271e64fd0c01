package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Memory of one process.
///
/// @param live     bytes of live objects, stacks of virtual threads and direct buffers included
/// @param resident bytes of the process that are in memory; 0 where the system does not tell
record Memory(long live, long resident) {
    private static final int PAGE_BYTES = 4_096;
    private static final int COLLECTIONS = 2;

    /// {@return what this process uses, garbage collected before}
    static Memory used() throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new Memory(heap + direct, residentBytes());
    }

    private static long residentBytes() throws IOException {
        var statm = Path.of("/proc/self/statm");
        return Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * PAGE_BYTES : 0;
    }

    /// {@return what it says to the process that asked}
    String line() {
        return live + " " + resident;
    }

    /// {@return what such a line says}
    static Memory parse(String line) {
        var numbers = line.split(" ");
        return new Memory(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    Memory minus(Memory before) {
        return new Memory(live - before.live, resident - before.resident);
    }
}
