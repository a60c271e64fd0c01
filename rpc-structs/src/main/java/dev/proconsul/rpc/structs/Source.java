package dev.proconsul.rpc.structs;

import java.io.ByteArrayOutputStream;
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
    private static final byte[] NONE = {};

    private final @Nullable InputStream in;
    private byte[] buffer;
    private int next;
    private int filled;
    private int end; // min(filled, where the message must end)
    private long start; // position of buffer[0] in the stream
    private long messageEnd = Long.MAX_VALUE;
    private long total;
    private @Nullable ByteArrayOutputStream kept; // what was consumed since keep(), up to keptTo
    private int keptTo; // place in the buffer

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
        kept = null;
        this.total = total;
        messageEnd = total > Long.MAX_VALUE - position() ? Long.MAX_VALUE : position() + total;
        updateEnd();
    }

    /// Gives up the buffer until it is needed again, if nothing is in it.
    void rest() {
        if (in != null && next == filled) {
            keepConsumed();
            start += next;
            next = 0;
            keptTo = 0;
            filled = 0;
            buffer = NONE;
            updateEnd();
        }
    }

    /// Gets the buffer back.
    private void wake() {
        if (buffer.length == 0) {
            buffer = new byte[BUFFER];
        }
    }

    long position() {
        return start + next;
    }

    /// From here on, what is consumed is kept.
    void keep() {
        kept = new ByteArrayOutputStream(0);
        keptTo = next;
    }

    /// What was consumed since [#keep()]; keeps no more.
    byte[] kept() {
        keepConsumed();
        byte[] bytes = kept == null ? new byte[0] : kept.toByteArray();
        kept = null;
        return bytes;
    }

    /// Must come before consumed bytes leave the buffer.
    private void keepConsumed() {
        if (kept != null) {
            kept.write(buffer, keptTo, next - keptTo);
            keptTo = next;
        }
    }

    private void keepAlso(byte[] bytes, int from) {
        if (kept != null) {
            kept.write(bytes, from, bytes.length - from);
        }
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
        ready(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buffer[next++] & 0xff;
        }
        return value;
    }

    byte[] readBytes(int length) throws IOException {
        if (length <= BUFFER || in == null) {
            ready(length);
            next += length;
            return Arrays.copyOfRange(buffer, next - length, next);
        }
        account(length);
        return readPieces(in, length);
    }

    private byte[] readPieces(InputStream in, int length) throws IOException {
        int got = Math.min(filled - next, length);
        byte[] bytes = new byte[Math.min(length, PIECE)];
        System.arraycopy(buffer, next, bytes, 0, got);
        next += got;
        keepConsumed();
        int direct = got;
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
        keepAlso(bytes, direct);
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
        ready(length);
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

    /// True, and steps over it, if this name comes next and is in the buffer already.
    boolean takeIf(Name name) {
        if (!name.isAt(buffer, next, end)) {
            return false;
        }
        next += name.length();
        return true;
    }

    /// True, and steps over them, if these bytes come next and are in the buffer already.
    boolean takeIf(byte[] bytes) {
        if (end - next < bytes.length || !Arrays.equals(bytes, 0, bytes.length, buffer, next, next + bytes.length)) {
            return false;
        }
        next += bytes.length;
        return true;
    }

    /// True, and steps over it, if this byte comes next and is in the buffer already.
    boolean takeIf(int b) {
        if (next == end || (buffer[next] & 0xff) != b) {
            return false;
        }
        next++;
        return true;
    }

    /// Makes bytes readable from the buffer. Most are there and within the message already.
    private void ready(long length) throws IOException {
        if (length > end - next) {
            account(length);
            contiguous((int) Math.min(length, Integer.MAX_VALUE));
        }
    }

    private void contiguous(int length) throws IOException {
        if (filled - next >= length) {
            return;
        }
        if (in == null) {
            throw ended(filled > next);
        }
        wake();
        keepConsumed();
        System.arraycopy(buffer, next, buffer, 0, filled - next);
        start += next;
        filled -= next;
        next = 0;
        keptTo = 0;
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
        wake();
        keepConsumed();
        start += next;
        next = 0;
        keptTo = 0;
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

    /// How many values follow a list header, or a map header read as a list.
    long elements(int b) throws IOException {
        return Wire.isArray(b) ? arrayLength(b) : 2 * mapLength(b);
    }

    long arrayLength(int b) throws IOException {
        return length(b, 0x00, Wire.ARRAY16, Wire.FIXARRAY);
    }

    /// Consul does not look at the type: 00 takes a length byte, and any byte from 80 counts by its low bits.
    long mapLength(int b) throws IOException {
        return length(b, 0x00, Wire.MAP16, Wire.FIXMAP);
    }

    long stringLength(int b) throws IOException {
        return (b & Wire.FIXSTR) == Wire.FIXSTR ? b ^ Wire.FIXSTR : length(b, Wire.STR8, Wire.STR16, Wire.FIXSTR);
    }

    /// The length that a header byte and what follows announce, or -1 for nil. The mask is as loose as Consul's: it
    /// takes `e0` for a string of 64 bytes.
    private long length(int b, int form8, int form16, int fix) throws IOException {
        if (b == Wire.NIL) {
            return -1;
        } else if (b == form8) {
            return readNumber(1);
        } else if (b == form16) {
            return readNumber(2);
        } else if (b == form16 + 1) {
            return readNumber(4);
        } else if ((b & fix) == fix) {
            return b ^ fix;
        }
        throw new DecodeException("codec.decoder: readContainerLen: " + Wire.unrecognized(b));
    }

    /// Length of an extension's content, behind which header and tag stand.
    long extensionLength(int b) throws IOException {
        return b >= Wire.FIXEXT1 ? 1L << b - Wire.FIXEXT1 : readNumber(1 << b - Wire.EXT8);
    }

    /// Steps over the rest of a value that is neither list nor map; false if it may be an integer.
    boolean skipPlain(int b) throws IOException {
        if (Wire.isString(b)) {
            skip(stringLength(b));
        } else if (Wire.isBinary(b)) {
            skip(readNumber(1 << b - Wire.BIN8));
        } else if (Wire.isExtension(b)) {
            skip(extensionLength(b) + 1);
        } else if (b == Wire.FLOAT32) {
            skip(4);
        } else if (b == Wire.FLOAT64) {
            skip(8);
        } else if (b == Wire.NEVER_USED) {
            throw Wire.neverUsed();
        } else {
            return b == Wire.TRUE || b == Wire.FALSE;
        }
        return true;
    }

    /// The integer that starts with a byte; nil is 0.
    long integer(int b) throws IOException {
        if (b < Wire.FIXMAP) {
            return b;
        } else if (b >= Wire.NEGATIVE_FIXINT) {
            return (byte) b;
        }
        return switch (b) {
            case Wire.NIL -> 0;
            case Wire.UINT8 -> readNumber(1);
            case Wire.UINT16 -> readNumber(2);
            case Wire.UINT32 -> readNumber(4);
            case Wire.UINT64, Wire.INT64 -> readNumber(8);
            case Wire.INT8 -> (byte) readNumber(1);
            case Wire.INT16 -> (short) readNumber(2);
            case Wire.INT32 -> (int) readNumber(4);
            default -> throw new DecodeException("codec.decoder: Unhandled single-byte unsigned integer value: "
                    + "Unrecognized descriptor byte: " + Integer.toHexString(b));
        };
    }
}
