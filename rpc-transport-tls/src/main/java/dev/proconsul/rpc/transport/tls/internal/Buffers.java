package dev.proconsul.rpc.transport.tls.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Buffers for four records of full size, used again by whichever connection has something to say. Any thread.
///
/// Whoever takes one reads only what was put in since: what is left in there belongs to another connection.
final class Buffers {
    /// Four records, each with room for what encryption adds, and the slack that an engine insists on.
    static final int SIZE = 72 << 10;

    private static final int KEPT = 64;
    private static final BlockingQueue<byte[]> IDLE = new ArrayBlockingQueue<>(KEPT);

    private Buffers() {}

    static byte[] take() {
        var buffer = IDLE.poll();
        return buffer == null ? new byte[SIZE] : buffer;
    }

    static void give(byte[] buffer) {
        IDLE.offer(buffer); // one too many is left to the collector
    }
}
