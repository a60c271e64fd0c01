package dev.proconsul.rpc.structs;

import java.io.InputStream;

/// A stream that gives one byte at a time, as a slow peer may.
final class Trickle extends InputStream {
    private final byte[] bytes;
    private int next;

    Trickle(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return next < bytes.length ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (next == bytes.length) {
            return -1;
        }
        target[offset] = bytes[next++];
        return 1;
    }
}
