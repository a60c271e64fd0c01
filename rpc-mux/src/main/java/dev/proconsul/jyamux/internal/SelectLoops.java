package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/// The process's [SelectLoop]s, each started when it is first needed, and there to stay: one for each processor, as far as
/// that is of use. Connections are dealt out in turn.
final class SelectLoops {
    private static final int MOST = 16;

    static final SelectLoops SHARED =
            new SelectLoops(Math.min(MOST, Integer.highestOneBit(Runtime.getRuntime().availableProcessors())));

    private final @Nullable SelectLoop[] loops;
    private int next;

    private SelectLoops(int count) {
        loops = new SelectLoop[count];
    }

    /// @throws IOException if the system has no room for another selector
    synchronized SelectLoop next() throws IOException {
        SelectLoop loop = loops[next];
        if (loop == null) {
            loop = new SelectLoop(Selector.open(), "jyamux select " + next);
            loop.start();
            loops[next] = loop;
        }
        next = (next + 1) % loops.length;
        return loop;
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
