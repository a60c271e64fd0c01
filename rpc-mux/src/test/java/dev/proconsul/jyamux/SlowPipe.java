package dev.proconsul.jyamux;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a link of a [Sim]: at most `capacity` bytes are under way, and each of them for `delay`
/// nanoseconds of the Sim's time.
final class SlowPipe {
    private final Sim sim;
    private final int capacity;
    private final long delay;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Packet> underWay = new ArrayDeque<>();
    private int size;
    private int taken; // of the first packet
    private boolean ended;
    private boolean broken;

    private record Packet(byte[] bytes, long arrives) {}

    SlowPipe(Sim sim, int capacity, long delay) {
        this.sim = sim;
        this.capacity = capacity;
        this.delay = delay;
    }

    final InputStream input = new InputStream() {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            sim.pause();
            try {
                for (long arrives = first(); arrives > sim.clock().nanos(); arrives = first()) {
                    sim.clock().sleepUntil(arrives);
                }
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted in a pipe");
            }
            return take(to, offset, length);
        }

        @Override
        public int available() {
            lock.lock();
            try {
                Packet first = underWay.peekFirst();
                return first == null || first.arrives > sim.clock().nanos() ? 0 : first.bytes.length - taken;
            } finally {
                lock.unlock();
            }
        }
    };

    /// {@return when the first byte arrives; at once when there will be none}
    private long first() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (underWay.isEmpty() && !ended && !broken) {
                changed.await();
            }
            return underWay.isEmpty() || broken ? 0 : underWay.getFirst().arrives;
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] to, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (broken) {
                throw new IOException("pipe closed");
            }
            Packet first = underWay.peekFirst();
            if (first == null) {
                return -1;
            }
            int count = Math.min(length, first.bytes.length - taken);
            System.arraycopy(first.bytes, taken, to, offset, count);
            taken += count;
            size -= count;
            if (taken == first.bytes.length) {
                underWay.removeFirst();
                taken = 0;
            }
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    final OutputStream output = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                sim.pause();
                done += put(from, offset + done, length - done);
            }
        }
    };

    private int put(byte[] from, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (size == capacity && !ended && !broken) {
                changed.await();
            }
            if (ended || broken) {
                throw new IOException("pipe closed");
            }
            int count = Math.min(length, capacity - size);
            byte[] bytes = new byte[count];
            System.arraycopy(from, offset, bytes, 0, count);
            underWay.addLast(new Packet(bytes, sim.clock().nanos() + delay));
            size += count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted in a pipe");
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
    void close() {
        lock.lock();
        try {
            broken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
