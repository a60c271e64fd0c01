package dev.proconsul.rpc.structs.internal;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Tells a digest of every byte that is read. The JDK's own such stream forgets those that are skipped.
public final class HashedInput extends InputStream {
    private final InputStream in;
    private final MessageDigest digest;

    /// Wraps an input, which stays with its owner.
    /// @param in     where the bytes come from
    /// @param digest is told of them
    public HashedInput(InputStream in, MessageDigest digest) {
        this.in = in;
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        if (b >= 0) {
            digest.update((byte) b);
        }
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int got = in.read(bytes, offset, count);
        if (got > 0) {
            digest.update(bytes, offset, got);
        }
        return got;
    }
}
