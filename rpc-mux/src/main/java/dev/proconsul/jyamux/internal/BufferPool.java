package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Buffers for another use, in sizes of powers of two, so that a session owns buffers only while bytes are in them.
///
/// Keeps at most [#KEPT_PER_SIZE] bytes of each size; what comes back beyond it is left to the collector. Never
/// refuses. A buffer that is not given back is no harm but a missed saving.
///
/// Threads: any. A lock per size covers one deque operation.
final class BufferPool {
    /// For payload, of all sessions of the process.
    static final BufferPool SHARED = new BufferPool();

    /// For what is read from and written to channels, of all sessions of the process.
    static final BufferPool OUTSIDE_HEAP = new BufferPool(ByteBuffer::allocateDirect);

    private static final int SMALLEST = 512;
    private static final int COUNTED_FROM = 4_096;
    static final int LARGEST = 2 << 20;
    private static final int KEPT_PER_SIZE = 4 << 20;

    private final IntFunction<ByteBuffer> source;
    private final Shelf[] shelves = new Shelf[log2(LARGEST) - log2(SMALLEST) + 1];
    private final AtomicInteger lent = new AtomicInteger();

    /// A pool of buffers on the heap.
    BufferPool() {
        this(ByteBuffer::allocate);
    }

    /// @param source makes a buffer of the given capacity
    BufferPool(IntFunction<ByteBuffer> source) {
        this.source = source;
        for (int i = 0; i < shelves.length; i++) {
            shelves[i] = new Shelf(SMALLEST << i);
        }
    }

    /// {@return an empty buffer of at least that capacity, with any content}
    ByteBuffer take(int size) {
        ByteBuffer taken = size > LARGEST ? source.apply(size) : shelves[shelf(size)].take(source);
        if (taken.capacity() >= COUNTED_FROM) {
            lent.incrementAndGet();
        }
        return taken;
    }

    /// Takes back a buffer that came from [#take]. The caller must not touch it again.
    void give(ByteBuffer buffer) {
        if (buffer.capacity() >= COUNTED_FROM) {
            lent.decrementAndGet();
        }
        if (buffer.capacity() <= LARGEST) {
            buffer.clear();
            shelves[shelf(buffer.capacity())].give(buffer);
        }
    }

    /// {@return buffers that were taken and not given back; small ones are left out, which a stream that nobody closes
    /// may keep with the few bytes that nobody reads}
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
        private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

        Shelf(int size) {
            this.size = size;
        }

        ByteBuffer take(IntFunction<ByteBuffer> source) {
            synchronized (this) {
                ByteBuffer buffer = free.pollFirst();
                if (buffer != null) {
                    return buffer;
                }
            }
            return source.apply(size);
        }

        synchronized void give(ByteBuffer buffer) {
            if ((free.size() + 1) * size <= KEPT_PER_SIZE) {
                free.addFirst(buffer);
            }
        }
    }
}
