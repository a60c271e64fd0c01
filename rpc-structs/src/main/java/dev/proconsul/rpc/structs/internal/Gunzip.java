package dev.proconsul.rpc.structs.internal;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Reads gzip data to its very end: members one after another, and nothing behind the last.
///
/// The JDK's own reader takes what follows the last member for nothing, and tells in other words what is wrong; an
/// archive that was cut or has grown is to be noticed, and the texts are those of Go's `compress/gzip`.
///
/// Holds an inflater until closed; the input below stays with its owner. Source: RFC 1952.
public final class Gunzip extends InputStream implements Closeable {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int DEFLATED = 8;
    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    /// A name or comment is no longer than in Go.
    private static final int LONGEST_TEXT = 512;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] compressed = new byte[8 << 10];
    private final byte[] one = new byte[1];
    private int next;
    private int end;
    private long length;
    private boolean finished;
    private @Nullable IOException failure;

    /// Reads the first header.
    /// @param in compressed bytes
    /// @throws IOException if there is no header; the text is Go's
    public Gunzip(InputStream in) throws IOException {
        this.in = in;
        try {
            if (!header()) {
                throw new EOFException("EOF");
            }
        } catch (IOException e) {
            inflater.end();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        try {
            return count == 0 ? 0 : inflate(bytes, offset, count);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private int inflate(byte[] bytes, int offset, int count) throws IOException {
        while (!finished) {
            int got = inflateSome(bytes, offset, count);
            if (got > 0) {
                checksum.update(bytes, offset, got);
                length += got;
                return got;
            }
            if (inflater.finished()) {
                next = end - inflater.getRemaining();
                trailer();
                finished = !header();
            } else if (inflater.needsInput()) {
                refill();
                inflater.setInput(compressed, 0, end);
            } else {
                throw corrupt(); // a preset dictionary, which gzip does not have
            }
        }
        return -1;
    }

    private int inflateSome(byte[] bytes, int offset, int count) throws IOException {
        try {
            return inflater.inflate(bytes, offset, count);
        } catch (DataFormatException e) {
            throw (IOException) corrupt().initCause(e);
        }
    }

    private IOException corrupt() {
        return new IOException("flate: corrupt input before offset " + inflater.getBytesRead());
    }

    private void trailer() throws IOException {
        byte[] trailer = bytes(TRAILER);
        if (number(trailer, 0) != checksum.getValue() || number(trailer, 4) != (length & 0xffff_ffffL)) {
            throw new IOException("gzip: invalid checksum");
        }
    }

    private static long number(byte[] bytes, int at) {
        return (bytes[at] & 0xffL) | (bytes[at + 1] & 0xffL) << 8 | (bytes[at + 2] & 0xffL) << 16
                | (bytes[at + 3] & 0xffL) << 24;
    }

    /// {@return false if the input ends where a header may begin}
    private boolean header() throws IOException {
        if (next == end && !fill()) {
            return false;
        }
        byte[] header = bytes(HEADER);
        if (header[0] != 0x1f || (header[1] & 0xff) != 0x8b || header[2] != DEFLATED) {
            throw new IOException("gzip: invalid header");
        }
        int flags = header[3];
        if ((flags & HAS_EXTRA) != 0) {
            int low = aByte();
            bytes(low | aByte() << 8);
        }
        for (int text : new int[] {HAS_NAME, HAS_COMMENT}) {
            if ((flags & text) != 0) {
                skipText();
            }
        }
        if ((flags & HAS_CHECKSUM) != 0) {
            bytes(2);
        }
        inflater.reset();
        inflater.setInput(compressed, next, end - next);
        checksum.reset();
        length = 0;
        return true;
    }

    private void skipText() throws IOException {
        for (int i = 0; aByte() != 0; i++) {
            if (i == LONGEST_TEXT) {
                throw new IOException("gzip: invalid header");
            }
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) aByte();
        }
        return bytes;
    }

    private int aByte() throws IOException {
        if (next == end) {
            refill();
        }
        return compressed[next++] & 0xff;
    }

    private void refill() throws IOException {
        if (!fill()) {
            throw new EOFException("unexpected EOF");
        }
    }

    private boolean fill() throws IOException {
        next = 0;
        end = Math.max(0, in.read(compressed));
        return end > 0;
    }

    /// Frees the inflater.
    @Override
    public void close() {
        inflater.end();
        finished = true;
    }
}
