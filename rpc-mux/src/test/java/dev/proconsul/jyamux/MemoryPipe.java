package dev.proconsul.jyamux;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a connection in memory: at most `capacity` bytes are under way, a writer waits beyond it.
final class MemoryPipe implements Closeable {
    private final byte[] ring;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int start;
    private int size;
    private int waitingWriters;
    private boolean ended;
    private boolean broken;

    MemoryPipe(int capacity) {
        ring = new byte[capacity];
    }

    final InputStream input = new InputStream() {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            lock.lock();
            try {
                while (size == 0 && !ended && !broken) {
                    await();
                }
                if (broken) {
                    throw new IOException("pipe closed");
                }
                if (size == 0) {
                    return -1;
                }
                int count = Math.min(Math.min(length, size), ring.length - start);
                System.arraycopy(ring, start, to, offset, count);
                start = (start + count) % ring.length;
                size -= count;
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int available() {
            return size();
        }
    };

    final OutputStream output = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            lock.lock();
            try {
                int done = 0;
                while (done < length) {
                    while (size == ring.length && !ended && !broken) {
                        awaitRoom();
                    }
                    if (ended || broken) {
                        throw new IOException("pipe closed");
                    }
                    int end = (start + size) % ring.length;
                    int room = Math.min(ring.length - size, ring.length - end);
                    int count = Math.min(length - done, room);
                    System.arraycopy(from, offset + done, ring, end, count);
                    size += count;
                    done += count;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    };

    /// Interruptible, so that the time limit of a test can end it.
    private void await() throws InterruptedIOException {
        try {
            changed.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted in a pipe");
        }
    }

    /// {@return how many bytes are under way}
    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() throws InterruptedIOException {
        waitingWriters++;
        try {
            await();
        } finally {
            waitingWriters--;
        }
    }

    /// {@return whether somebody writes and there is no room}
    boolean hasWaitingWriter() {
        lock.lock();
        try {
            return waitingWriters > 0 && size == ring.length;
        } finally {
            lock.unlock();
        }
    }

    /// The writer is done: the reader gets what is under way, then the end.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Both ends fail from now on.
    @Override
    public void close() {
        lock.lock();
        try {
            broken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
