package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The process's [SelectLoop]s, each started when it is first needed, and there to stay: nearly one for each processor,
/// 16 at most. Connections are dealt out in turn.
final class SelectLoops {
    private static final int MOST = 16;

    static final SelectLoops SHARED = new SelectLoops(
            Math.min(MOST, Integer.highestOneBit(Runtime.getRuntime().availableProcessors())), SelectLoop::start);

    private final Consumer<SelectLoop> starting;
    private final @Nullable SelectLoop[] loops;
    private int next;

    SelectLoops(int count, Consumer<SelectLoop> starting) {
        this.starting = starting;
        loops = new SelectLoop[count];
    }

    /// @throws IOException if the system has no room for another selector
    synchronized SelectLoop next() throws IOException {
        SelectLoop loop = loops[next];
        if (loop == null) {
            loop = started(Selector.open(), "jyamux select " + next);
            loops[next] = loop;
        }
        next = (next + 1) % loops.length;
        return loop;
    }

    private SelectLoop started(Selector selector, String name) throws IOException {
        try {
            SelectLoop loop = new SelectLoop(selector, name);
            starting.accept(loop);
            return loop;
        } catch (OutOfMemoryError e) { // for memory, or for one more thread
            selector.close();
            throw new IOException("no thread to read sockets: " + e.getMessage(), e);
        }
    }

    /// {@return how many connections the loops have}
    synchronized int size() {
        int sum = 0;
        for (SelectLoop loop : loops) {
            sum += loop == null ? 0 : loop.size();
        }
        return sum;
    }
}
