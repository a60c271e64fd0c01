package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;

/// Received bytes: a filled part of an array of the pool, read from the front.
///
/// Threads: guarded by the stream's lock while queued; then it belongs to the input that took it.
final class Chunk {
    private static final int LARGEST = 65_536;

    private final ByteBuffer home;
    private final byte[] bytes;
    private int start;
    private int end;

    Chunk(int wanted, BufferPool pool) {
        home = pool.take(Math.min(wanted, LARGEST));
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
        pool.give(home);
    }
}
