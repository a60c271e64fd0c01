package dev.proconsul.rpc.structs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The bytes below a [MsgpackReader]: buffering, ends, and the account of the message's length.
///
/// An announced length never makes it allocate more than twice what has come, and at least one piece.
final class Source {
    /// Held by every open stream even when idle, hence small; longer strings bypass it.
    static final int BUFFER = 1024;

    private static final int PIECE = 8 << 10;

    private final @Nullable InputStream in;
    private final byte[] buffer;
    private int next;
    private int filled;
    private int end; // min(filled, where the message must end)
    private long start; // position of buffer[0] in the stream
    private long messageEnd = Long.MAX_VALUE;
    private long total;

    Source(InputStream in) {
        this.in = in;
        this.buffer = new byte[BUFFER];
    }

    Source(byte[] bytes) {
        this.in = null;
        this.buffer = bytes;
        this.filled = bytes.length;
        this.end = filled;
    }

    void startMessage(long total) {
        this.total = total;
        messageEnd = total > Long.MAX_VALUE - position() ? Long.MAX_VALUE : position() + total;
        updateEnd();
    }

    long position() {
        return start + next;
    }

    boolean atEnd() throws IOException {
        return next == filled && !fill();
    }

    int read() throws IOException {
        if (next == end) {
            await();
        }
        return buffer[next++] & 0xff;
    }

    int peek() throws IOException {
        if (next == end) {
            await();
        }
        return buffer[next] & 0xff;
    }

    /// Reads an unsigned big-endian number.
    long readNumber(int bytes) throws IOException {
        account(bytes);
        contiguous(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buffer[next++] & 0xff;
        }
        return value;
    }

    byte[] readBytes(int length) throws IOException {
        account(length);
        if (length <= BUFFER || in == null) {
            contiguous(length);
            next += length;
            return Arrays.copyOfRange(buffer, next - length, next);
        }
        return readPieces(in, length);
    }

    private byte[] readPieces(InputStream in, int length) throws IOException {
        int got = Math.min(filled - next, length);
        byte[] bytes = new byte[Math.min(length, PIECE)];
        System.arraycopy(buffer, next, bytes, 0, got);
        next += got;
        while (got < length) {
            if (got == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
            }
            int count = in.read(bytes, got, bytes.length - got);
            if (count < 0) {
                throw ended(got > 0);
            }
            got += count;
            start += count;
        }
        updateEnd();
        return bytes;
    }

    void skip(long length) throws IOException {
        account(length);
        long left = length;
        while (left > 0) {
            if (next == filled && !fill()) {
                throw ended(left < length);
            }
            int count = (int) Math.min(left, filled - next);
            next += count;
            left -= count;
        }
    }

    /// Makes `length` bytes readable by [#array()] from [#take(int)]; false if they do not fit into the buffer.
    boolean fits(long length) throws IOException {
        if (in != null && length > BUFFER) {
            return false;
        }
        account(length);
        contiguous((int) Math.min(length, Integer.MAX_VALUE));
        return true;
    }

    byte[] array() {
        return buffer;
    }

    /// Passes over bytes that were made readable, and returns where they start.
    int take(int length) {
        next += length;
        return next - length;
    }

    private void contiguous(int length) throws IOException {
        if (filled - next >= length) {
            return;
        }
        if (in == null) {
            throw ended(filled > next);
        }
        System.arraycopy(buffer, next, buffer, 0, filled - next);
        start += next;
        filled -= next;
        next = 0;
        while (filled < length) {
            int count = in.read(buffer, filled, buffer.length - filled);
            if (count < 0) {
                updateEnd();
                throw ended(filled > 0);
            }
            filled += count;
        }
        updateEnd();
    }

    private void await() throws IOException {
        account(1);
        if (!fill()) {
            throw ended(false);
        }
    }

    private boolean fill() throws IOException {
        if (in == null) {
            return false;
        }
        start += next;
        next = 0;
        filled = 0;
        int count = in.read(buffer, 0, buffer.length);
        filled = Math.max(count, 0);
        updateEnd();
        return count > 0;
    }

    /// Refuses a length that the message may not have, before anything is read or allocated for it.
    private void account(long length) throws DecodeException {
        if (length > messageEnd - position()) {
            throw new DecodeException("message needs at least " + (position() - (messageEnd - total) + length)
                    + " bytes, more than the limit `total` of " + total);
        }
    }

    private void updateEnd() {
        end = (int) Math.min(filled, messageEnd - start);
    }

    private static EOFException ended(boolean inside) {
        return new EOFException(inside ? "unexpected EOF" : "EOF");
    }
}
