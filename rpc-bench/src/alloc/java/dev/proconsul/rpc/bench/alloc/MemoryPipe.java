package dev.proconsul.rpc.bench.alloc;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/// Bytes one way through an array, which allocates nothing: monitors, unlike locks, need no objects to wait.
final class MemoryPipe {
    private static final int SIZE = 262_144;

    private final byte[] ring = new byte[SIZE];
    // Guarded by this.
    private long written;
    private long read;
    private boolean closed;

    private synchronized void put(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            while (written - read == SIZE && !closed) {
                await();
            }
            if (closed) {
                throw new IOException("the pipe is closed");
            }
            int at = (int) (written % SIZE);
            int count = Math.min(Math.min(length - done, SIZE - at), SIZE - (int) (written - read));
            System.arraycopy(source, offset + done, ring, at, count);
            written += count;
            done += count;
            notifyAll();
        }
    }

    private synchronized int take(byte[] target, int offset, int length) throws IOException {
        while (written == read && !closed) {
            await();
        }
        if (written == read) {
            return -1;
        }
        int at = (int) (read % SIZE);
        int count = Math.min(Math.min(length, SIZE - at), (int) (written - read));
        System.arraycopy(ring, at, target, offset, count);
        read += count;
        notifyAll();
        return count;
    }

    private synchronized int available() {
        return (int) (written - read);
    }

    private void await() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return take(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return take(target, offset, length);
            }

            @Override
            public int available() {
                return MemoryPipe.this.available();
            }
        };
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                put(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                put(source, offset, length);
            }
        };
    }
}
