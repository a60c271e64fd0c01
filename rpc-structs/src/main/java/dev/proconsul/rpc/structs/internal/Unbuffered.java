package dev.proconsul.rpc.structs.internal;

import java.io.IOException;
import java.io.InputStream;

/// Gives one byte per read, so that whoever buffers on top of it takes nothing that it does not need.
public final class Unbuffered extends InputStream {
    private final InputStream in;

    /// Wraps an input, which stays with its owner.
    /// @param in where the bytes come from
    public Unbuffered(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        return in.read(bytes, offset, Math.min(count, 1));
    }
}
