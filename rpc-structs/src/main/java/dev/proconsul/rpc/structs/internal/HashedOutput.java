package dev.proconsul.rpc.structs.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/// Counts bytes, tells a digest of them, and passes them on.
public final class HashedOutput extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest;
    private long count;

    /// Wraps an output, which stays with its owner.
    /// @param out    where the bytes go
    /// @param digest is told of them
    public HashedOutput(OutputStream out, MessageDigest digest) {
        this.out = out;
        this.digest = digest;
    }

    /// {@return how many bytes were written}
    public long count() {
        return count;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        count += length;
    }
}
