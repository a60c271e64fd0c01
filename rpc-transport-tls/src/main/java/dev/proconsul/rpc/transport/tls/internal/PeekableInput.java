package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// An input whose next byte can be looked at before it is read. For one reading thread.
///
/// A read that finds a byte which was looked at returns that byte alone, so that an error behind it is not mixed up
/// with it.
public final class PeekableInput extends InputStream {
    private static final int NOTHING = -2;
    private static final int END = -1;

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
        peeked = b == END ? END : NOTHING;
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (peeked == NOTHING) {
            return in.read(bytes, offset, length);
        }
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        int b = read();
        if (b == END) {
            return END;
        }
        bytes[offset] = (byte) b;
        return 1;
    }

    @Override
    public int available() throws IOException {
        return switch (peeked) {
            case NOTHING -> in.available();
            case END -> 0;
            default -> 1 + in.available();
        };
    }
}
