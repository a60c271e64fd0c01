package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Bytes that show when some are lost, doubled or out of order; the Go program makes the same.
final class Generated {
    private static final int CHUNK = 1 << 16;

    private Generated() {}

    static void write(OutputStream out, long length) throws IOException {
        var chunk = new byte[CHUNK];
        for (long position = 0; position < length; position += CHUNK) {
            fill(chunk, position);
            out.write(chunk, 0, (int) Math.min(CHUNK, length - position));
        }
    }

    private static void fill(byte[] chunk, long start) {
        for (int i = 0; i < chunk.length; i++) {
            long p = start + i;
            chunk[i] = (byte) (p * 31 + (p >> 8) + (p >> 16));
        }
    }

    static byte[] digestOf(long length) {
        var digest = sha256();
        var chunk = new byte[CHUNK];
        for (long position = 0; position < length; position += CHUNK) {
            fill(chunk, position);
            digest.update(chunk, 0, (int) Math.min(CHUNK, length - position));
        }
        return digest.digest();
    }

    static byte[] digestOf(InputStream in) throws IOException {
        var digest = sha256();
        var chunk = new byte[CHUNK];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            digest.update(chunk, 0, n);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
