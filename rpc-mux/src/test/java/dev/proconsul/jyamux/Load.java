package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Bytes that show when some are lost, doubled or out of order, and what applications do with them.
final class Load {
    private static final int BLOCK = 65_536;

    private Load() {}

    /// {@return a piece of the sequence that the recordings use}
    static byte[] bytes(long from, int length) {
        byte[] bytes = new byte[length];
        fill(bytes, length, from);
        return bytes;
    }

    static byte[] bytes(int length) {
        return bytes(0, length);
    }

    private static void fill(byte[] bytes, int length, long from) {
        for (int n = 0; n < length; n++) {
            long i = from + n;
            bytes[n] = (byte) (i * 31 + (i >> 8) + (i >> 16));
        }
    }

    static void write(OutputStream out, long length) throws IOException {
        write(out, length, BLOCK);
    }

    static void write(OutputStream out, long length, int block) throws IOException {
        byte[] bytes = new byte[block];
        for (long at = 0; at < length; at += block) {
            int piece = (int) Math.min(block, length - at);
            fill(bytes, piece, at);
            out.write(bytes, 0, piece);
        }
    }

    /// Reads so much and compares it.
    static void read(InputStream in, long length) throws IOException {
        read(in, length, BLOCK);
    }

    static void read(InputStream in, long length, int block) throws IOException {
        byte[] bytes = new byte[block];
        for (long at = 0; at < length; ) {
            int count = in.read(bytes, 0, (int) Math.min(block, length - at));
            if (count < 0) {
                throw new AssertionError("the input ended after " + at + " of " + length + " bytes");
            }
            compare(bytes, count, at);
            at += count;
        }
    }

    /// Reads to the end and compares it.
    static void readToTheEnd(InputStream in, long length) throws IOException {
        read(in, length);
        assertEquals(-1, in.read(), () -> "a byte after " + length);
    }

    private static void compare(byte[] bytes, int length, long from) {
        for (int n = 0; n < length; n++) {
            long i = from + n;
            if (bytes[n] != (byte) (i * 31 + (i >> 8) + (i >> 16))) {
                throw new AssertionError("byte " + i + " is " + bytes[n]);
            }
        }
    }

    /// Accepts for ever and echoes each stream on a thread of its own.
    static Task<Void> echo(Session session) {
        return Task.run(() -> {
            while (true) {
                Stream stream;
                try {
                    stream = session.accept();
                } catch (MuxException.SessionClosed e) {
                    return;
                }
                Thread.ofVirtual().start(() -> {
                    try (stream) {
                        stream.input().transferTo(stream.output());
                    } catch (IOException e) {
                        // the test sees the missing echo
                    }
                });
            }
        });
    }
}
