package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The receiving half of a stream: the bytes that wait for the application, and the account of what the peer may send.
///
/// Every byte of the window is in one of four places:
///
/// ```
/// granted to the peer + announced, not arrived + buffered + consumed, not granted again = window
/// ```
///
/// Credit goes back when half of the window has been consumed, and not in the middle of a frame: the answer to a big
/// frame is one window update of its size. That is also when the window may grow, by granting more than was consumed,
/// or shrink, by granting less: credit that was granted is never taken back.
///
/// Threads: guarded by the stream's lock.
///
/// Source: hashicorp/yamux `stream.go`, `sendWindowUpdate`.
final class Inbound {
    static final int WINDOW = 262_144;

    private final BufferPool pool;
    private final WindowTuner tuner;
    private @Nullable ArrayDeque<ByteBuffer> chunks;
    private int window = WINDOW;
    private boolean resting;
    private int granted = WINDOW;
    private int expected;
    private int buffered;
    private int consumed;
    private long lastGrant = Long.MIN_VALUE;

    Inbound(BufferPool pool, WindowTuner tuner) {
        this.pool = pool;
        this.tuner = tuner;
    }

    /// A data frame was announced. Checked before any of it is stored.
    void expect(int id, int length) throws ProtocolViolation {
        if (Integer.compareUnsigned(length, granted) > 0) {
            throw new ProtocolViolation("stream " + Integer.toUnsignedString(id) + ": data frame of "
                    + Integer.toUnsignedString(length) + " bytes, expected at most the " + granted + " granted");
        }
        granted -= length;
        expected = length;
    }

    void store(ByteBuffer from, int length) {
        arrived(length);
        buffered += length;
        ArrayDeque<ByteBuffer> queue = chunks;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            chunks = queue;
        }
        int done = 0;
        while (done < length) {
            ByteBuffer tail = queue.peekLast();
            int put = tail == null ? 0 : Chunks.fill(tail, from, length - done);
            if (put == 0) {
                queue.addLast(Chunks.take(length - done, pool));
            }
            done += put;
        }
    }

    /// Bytes that arrived and need no place here count as consumed.
    void pass(int length) {
        arrived(length);
        consumed += length;
    }

    private void arrived(int length) {
        assert length <= expected : length + " of " + expected;
        expected -= length;
    }

    /// {@return the next chunk, which now belongs to the caller, or null}
    @Nullable ByteBuffer poll() {
        ArrayDeque<ByteBuffer> queue = chunks;
        return queue == null ? null : queue.pollFirst();
    }

    boolean isEmpty() {
        ArrayDeque<ByteBuffer> queue = chunks;
        return queue == null || queue.isEmpty();
    }

    void consumed(int length) {
        buffered -= length;
        consumed += length;
    }

    /// {@return whether [#grant] may have something to say}
    boolean owes() {
        return consumed >= window / 2 && expected == 0;
    }

    /// {@return the credit to announce now, 0 for none}
    int grant(long now) {
        if (!owes()) {
            return 0;
        }
        int grant = consumed + resize(now);
        consumed = 0;
        granted += grant;
        lastGrant = now;
        assert granted + buffered == window : granted + " + " + buffered + " of " + window;
        return grant;
    }

    private int resize(long now) {
        int change;
        if (resting) {
            change = -Math.min(window - WINDOW, consumed);
            tuner.release(-change);
            resting = window + change > WINDOW;
        } else if (lastGrant == Long.MIN_VALUE) {
            change = 0; // when the bytes began to flow is not known
        } else {
            change = tuner.growth(window, now - lastGrant, now);
        }
        window += change;
        return change;
    }

    /// If nothing was consumed for a while, the window falls back as soon as bytes flow again.
    void rest(long now) {
        if (window > WINDOW && now - lastGrant >= WindowTuner.RESTING) {
            resting = true;
        }
    }

    /// {@return bytes that the peer may still have under way}
    int outstanding() {
        return granted + expected;
    }

    /// {@return bytes that the peer may send before it has to wait for more, were everything read at once}
    int window() {
        return window;
    }

    /// Nothing more will be granted.
    void end() {
        tuner.release(window - WINDOW);
        window = WINDOW;
    }

    /// Drops what is queued, as if it had been read.
    void clear() {
        for (ByteBuffer chunk = poll(); chunk != null; chunk = poll()) {
            consumed(chunk.remaining());
            pool.give(chunk);
        }
    }
}
