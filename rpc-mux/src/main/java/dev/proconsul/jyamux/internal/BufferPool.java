package dev.proconsul.jyamux.internal;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/// Byte arrays for another use, in sizes of powers of two, so that a session owns arrays only while bytes are in them.
///
/// Keeps at most [#KEPT_PER_SIZE] bytes of each size; what comes back beyond it is left to the collector. Never
/// refuses. An array that is not given back is no harm but a missed saving.
///
/// Threads: any. A lock per size covers one deque operation.
final class BufferPool {
    /// For all sessions of the process.
    static final BufferPool SHARED = new BufferPool();

    private static final int SMALLEST = 4_096;
    private static final int LARGEST = 524_288;
    private static final int KEPT_PER_SIZE = 2 << 20;

    private final Shelf[] shelves = new Shelf[log2(LARGEST) - log2(SMALLEST) + 1];
    private final AtomicInteger lent = new AtomicInteger();

    BufferPool() {
        for (int i = 0; i < shelves.length; i++) {
            shelves[i] = new Shelf(SMALLEST << i);
        }
    }

    /// {@return an array of at least that size, with any content}
    byte[] take(int size) {
        lent.incrementAndGet();
        return size > LARGEST ? new byte[size] : shelves[shelf(size)].take();
    }

    /// Takes back an array that came from [#take]. The caller must not touch it again.
    void give(byte[] buffer) {
        lent.decrementAndGet();
        if (buffer.length <= LARGEST) {
            shelves[shelf(buffer.length)].give(buffer);
        }
    }

    /// {@return arrays that were taken and not given back}
    int lent() {
        return lent.get();
    }

    private static int shelf(int size) {
        return size <= SMALLEST ? 0 : log2(size - 1) + 1 - log2(SMALLEST);
    }

    private static int log2(int value) {
        return 31 - Integer.numberOfLeadingZeros(value);
    }

    private static final class Shelf {
        private final int size;
        private final ArrayDeque<byte[]> free = new ArrayDeque<>();

        Shelf(int size) {
            this.size = size;
        }

        byte[] take() {
            synchronized (this) {
                byte[] buffer = free.pollFirst();
                if (buffer != null) {
                    return buffer;
                }
            }
            return new byte[size];
        }

        synchronized void give(byte[] buffer) {
            if ((free.size() + 1) * size <= KEPT_PER_SIZE) {
                free.addFirst(buffer);
            }
        }
    }
}
