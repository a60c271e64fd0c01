package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;

/// Received bytes that wait, in buffers of the pool. The buffer is all there is to a chunk, so that keeping a small
/// message makes no garbage: what waits lies between its position and its limit, and more fits in behind the limit.
///
/// Threads: a chunk is guarded by the stream's lock while queued; then it belongs to the input that took it.
final class Chunks {
    private static final int LARGEST = 65_536;

    private Chunks() {}

    /// {@return a chunk without bytes, with room for as many as are wanted, or the most of a chunk}
    static ByteBuffer take(int wanted, BufferPool pool) {
        return pool.take(Math.min(wanted, LARGEST)).limit(0);
    }

    /// {@return how many bytes found room}
    static int fill(ByteBuffer chunk, ByteBuffer from, int length) {
        int end = chunk.limit();
        int piece = Math.min(length, chunk.capacity() - end);
        from.get(chunk.array(), end, piece);
        chunk.limit(end + piece);
        return piece;
    }

    /// {@return how many bytes were taken out}
    static int drain(ByteBuffer chunk, byte[] to, int offset, int length) {
        int piece = Math.min(length, chunk.remaining());
        chunk.get(to, offset, piece);
        return piece;
    }

    /// {@return the next byte, which stays}
    static int first(ByteBuffer chunk) {
        return chunk.get(chunk.position()) & 0xff;
    }
}
