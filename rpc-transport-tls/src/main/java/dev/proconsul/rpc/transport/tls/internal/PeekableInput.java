package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// An input whose next byte can be looked at before it is read.
///
/// Threads: one reads, and another may [#peek] meanwhile; whoever comes second waits for the first, which is held
/// through the wait for the peer: both wait for the same byte. An interrupt ends that wait.
///
/// A read that finds a byte which was looked at returns that byte alone, so that an error behind it is not mixed up
/// with it.
public final class PeekableInput extends InputStream {
    private static final int NOTHING = -2;
    private static final int END = -1;

    private final InputStream in;
    private final ReentrantLock lock = new ReentrantLock();
    private int peeked = NOTHING; // guarded by lock

    /// Wraps an input, which is closed by its owner.
    /// @param in where the bytes come from
    public PeekableInput(InputStream in) {
        this.in = in;
    }

    /// Waits for the next byte without taking it.
    /// @return the byte, or -1 at the end
    /// @throws IOException when reading fails
    public int peek() throws IOException {
        acquire();
        try {
            if (peeked == NOTHING) {
                peeked = in.read();
            }
            return peeked;
        } finally {
            lock.unlock();
        }
    }

    /// {@return whether a byte, or the end, was looked at and not read, or somebody is about to read}
    boolean isAhead() {
        if (!lock.tryLock()) {
            return true;
        }
        try {
            return peeked != NOTHING;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        acquire();
        try {
            return peeked == NOTHING ? in.read() : takePeeked();
        } finally {
            lock.unlock();
        }
    }

    /// Asked for nothing, it waits for nobody: [InputStream#readNBytes] ends with such a read.
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        acquire();
        try {
            return peeked == NOTHING ? in.read(bytes, offset, length) : takePeeked(bytes, offset);
        } finally {
            lock.unlock();
        }
    }

    private int takePeeked(byte[] bytes, int offset) {
        int b = takePeeked();
        if (b == END) {
            return END;
        }
        bytes[offset] = (byte) b;
        return 1;
    }

    private int takePeeked() {
        int b = peeked;
        peeked = b == END ? END : NOTHING;
        return b;
    }

    @Override
    public int available() throws IOException {
        acquire();
        try {
            return switch (peeked) {
                case NOTHING -> in.available();
                case END -> 0;
                default -> 1 + in.available();
            };
        } finally {
            lock.unlock();
        }
    }

    private void acquire() throws InterruptedIOException {
        if (lock.tryLock()) {
            return; // an interrupt is then the connection's affair
        }
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while another thread waits for the peer");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
