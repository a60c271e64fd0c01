package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The receiving half of a stream: the bytes that wait for the application, and the account of what the peer may send.
///
/// Every byte of the window is in one of four places:
///
/// ```
/// granted to the peer + announced, not arrived + buffered + consumed, not granted again = 262144
/// ```
///
/// Credit goes back when half of the window has been consumed, and not in the middle of a frame: the answer to a big
/// frame is one window update of its size.
///
/// Threads: guarded by the stream's lock.
///
/// Source: hashicorp/yamux `stream.go`, `sendWindowUpdate`.
final class Inbound {
    static final int WINDOW = 262_144;
    private static final int GRANT_FROM = WINDOW / 2;

    private final BufferPool pool;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
    private int granted = WINDOW;
    private int expected;
    private int buffered;
    private int consumed;

    Inbound(BufferPool pool) {
        this.pool = pool;
    }

    /// A data frame was announced. Checked before any of it is stored.
    void expect(FrameHeader header) throws ProtocolViolation {
        if (header.unsignedLength() > granted) {
            throw new ProtocolViolation("stream " + Integer.toUnsignedString(header.streamId()) + ": data frame of "
                    + header.unsignedLength() + " bytes, expected at most the " + granted + " granted");
        }
        granted -= header.length();
        expected = header.length();
    }

    void store(byte[] bytes, int offset, int length) {
        arrived(length);
        buffered += length;
        int done = 0;
        while (done < length) {
            Chunk tail = chunks.peekLast();
            int put = tail == null ? 0 : tail.fill(bytes, offset + done, length - done);
            if (put == 0) {
                chunks.addLast(new Chunk(length - done, pool));
            }
            done += put;
        }
    }

    /// Bytes that arrived and were dropped count as consumed.
    void drop(int length) {
        arrived(length);
        consumed += length;
    }

    private void arrived(int length) {
        assert length <= expected : length + " of " + expected;
        expected -= length;
    }

    /// {@return the next chunk, which now belongs to the caller, or null}
    @Nullable Chunk poll() {
        return chunks.pollFirst();
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    void consumed(int length) {
        buffered -= length;
        consumed += length;
    }

    /// {@return the credit to announce now, 0 for none}
    int grant() {
        if (expected > 0 || consumed < GRANT_FROM) {
            return 0;
        }
        int grant = consumed;
        consumed = 0;
        granted += grant;
        assert granted + buffered == WINDOW : granted + " + " + buffered;
        return grant;
    }

    /// {@return bytes that the peer may still have under way}
    int outstanding() {
        return granted + expected;
    }

    /// Drops what is queued, as if it had been read.
    void clear() {
        for (Chunk chunk = chunks.pollFirst(); chunk != null; chunk = chunks.pollFirst()) {
            consumed(chunk.size());
            chunk.recycle(pool);
        }
    }
}
