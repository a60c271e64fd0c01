package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;

/// Received bytes: a filled part of an array, read from the front. Small ones are made to measure, larger ones come
/// from the pool.
///
/// Threads: guarded by the stream's lock while queued; then it belongs to the input that took it.
final class Chunk {
    private static final int LEAST = 256;
    private static final int POOLED_FROM = 2_048;
    private static final int LARGEST = 65_536;

    private final ByteBuffer home;
    private final byte[] bytes;
    private final boolean pooled;
    private int start;
    private int end;

    Chunk(int wanted, BufferPool pool) {
        pooled = wanted >= POOLED_FROM;
        home = pooled ? pool.take(Math.min(wanted, LARGEST)) : ByteBuffer.allocate(Math.max(wanted, LEAST));
        bytes = home.array();
    }

    /// {@return how many bytes found room}
    int fill(ByteBuffer from, int length) {
        int piece = Math.min(length, bytes.length - end);
        from.get(bytes, end, piece);
        end += piece;
        return piece;
    }

    int drain(byte[] to, int offset, int length) {
        int piece = Math.min(length, size());
        System.arraycopy(bytes, start, to, offset, piece);
        start += piece;
        return piece;
    }

    int skip(int most) {
        int piece = Math.min(most, size());
        start += piece;
        return piece;
    }

    int first() {
        return bytes[start] & 0xff;
    }

    int size() {
        return end - start;
    }

    void recycle(BufferPool pool) {
        if (pooled) {
            pool.give(home);
        }
    }
}
