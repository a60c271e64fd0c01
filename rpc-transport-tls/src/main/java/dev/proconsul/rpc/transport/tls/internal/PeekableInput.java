package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.io.InputStream;

/// An input whose next byte can be looked at before it is read. For one reading thread.
public final class PeekableInput extends InputStream {
    private static final int NOTHING = -2;

    private final InputStream in;
    private int peeked = NOTHING;

    /// Wraps an input, which is closed by its owner.
    /// @param in where the bytes come from
    public PeekableInput(InputStream in) {
        this.in = in;
    }

    /// Waits for the next byte without taking it.
    /// @return the byte, or -1 at the end
    /// @throws IOException when reading fails
    public int peek() throws IOException {
        if (peeked == NOTHING) {
            peeked = in.read();
        }
        return peeked;
    }

    @Override
    public int read() throws IOException {
        if (peeked == NOTHING) {
            return in.read();
        }
        int b = peeked;
        peeked = b == -1 ? -1 : NOTHING;
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (peeked == NOTHING || length == 0) {
            return in.read(bytes, offset, length);
        }
        if (peeked == -1) {
            return -1;
        }
        bytes[offset] = (byte) read();
        int more = Math.min(length - 1, in.available());
        return more <= 0 ? 1 : 1 + Math.max(0, in.read(bytes, offset + 1, more));
    }

    @Override
    public int available() throws IOException {
        return peeked < 0 ? in.available() : 1 + in.available();
    }
}
