package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames on their way out, in the order in which they were put in: header and payload of all streams, one after the
/// other, in one buffer.
///
/// Whoever puts something in while nobody writes starts a [Flusher]: a virtual thread that writes what has gathered,
/// round by round, and ends when nothing is left. Callers never touch the connection themselves, because interrupting
/// a thread inside a socket call closes the socket, and an application may interrupt its threads.
///
/// Bounds: payload waits for room, control frames always find it. A stream adds only so many control frames, and
/// answers that the peer provokes are counted: see [#answer].
///
/// Threads: any. `lock` is a leaf of the lock order, covers the copying of one frame, and is never held during I/O.
final class Outbox {
    private final int limit;
    private final int mostAnswers;
    private final BufferPool pool;
    private final Runnable startFlusher;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private byte @Nullable [] filling;
    private int length;
    private int frames;
    private int answers;
    private boolean flushing;
    private @Nullable SessionClosed end;

    /// @param startFlusher starts a thread that calls [#next] until it returns null
    Outbox(int limit, int mostAnswers, BufferPool pool, Runnable startFlusher) {
        this.limit = limit;
        this.mostAnswers = mostAnswers;
        this.pool = pool;
        this.startFlusher = startFlusher;
    }

    /// Puts in a data frame if there is room.
    ///
    /// @return whether there was
    /// @throws SessionClosed after the end
    boolean data(int streamId, byte[] bytes, int offset, int count) throws SessionClosed {
        lock.lock();
        try {
            if (end != null) {
                throw Reasons.again(end);
            }
            if (length >= limit) {
                return false;
            }
            byte[] buffer = reserve(FrameHeader.BYTES + count);
            new FrameHeader(FrameType.DATA, Flags.NONE, streamId, count).write(buffer, length);
            System.arraycopy(bytes, offset, buffer, length + FrameHeader.BYTES, count);
            added(FrameHeader.BYTES + count);
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// Puts in a frame without payload; never waits. After the end it is dropped, for nobody reads it.
    void control(FrameType type, int flags, int streamId, int value) {
        lock.lock();
        try {
            if (end == null) {
                append(new FrameHeader(type, flags, streamId, value));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Puts in a frame that the peer provoked; never waits.
    ///
    /// @throws ProtocolViolation if too many of them wait: the peer asks without reading
    void answer(FrameType type, int flags, int streamId, int value) throws ProtocolViolation {
        lock.lock();
        try {
            if (answers >= mostAnswers) {
                throw new ProtocolViolation("more than " + mostAnswers + " answers wait to be read");
            }
            if (end == null) {
                answers++;
                append(new FrameHeader(type, flags, streamId, value));
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(FrameHeader header) {
        header.write(reserve(FrameHeader.BYTES), length);
        added(FrameHeader.BYTES);
    }

    private byte[] reserve(int more) {
        byte[] buffer = filling;
        if (buffer == null) {
            buffer = pool.take(more);
        } else if (buffer.length - length < more) {
            byte[] larger = pool.take(Math.max(length + more, 2 * buffer.length));
            System.arraycopy(buffer, 0, larger, 0, length);
            pool.give(buffer);
            buffer = larger;
        }
        filling = buffer;
        return buffer;
    }

    private void added(int bytes) {
        length += bytes;
        frames++;
        if (!flushing) {
            flushing = true;
            startFlusher.run();
        }
    }

    /// Waits until there may be room for data.
    ///
    /// @param nanos the longest wait
    /// @return false if that time is over
    boolean awaitRoom(long nanos) throws SessionClosed, InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (length >= limit && left > 0) {
                if (end != null) {
                    throw Reasons.again(end);
                }
                if (left == Deadlines.NEVER) {
                    changed.await(); // without a timer
                } else {
                    left = changed.awaitNanos(left);
                }
            }
            return left > 0;
        } finally {
            lock.unlock();
        }
    }

    /// What one round writes: `bytes[0..length)`.
    record Round(byte[] bytes, int length, int frames) {}

    /// For the flusher: gives back the last round and takes the next.
    ///
    /// @return null if there is nothing left, and the flusher has to end
    @Nullable Round next(@Nullable Round last) {
        lock.lock();
        try {
            changed.signalAll();
            byte[] bytes = filling;
            if (bytes == null || length == 0) {
                flushing = false;
                recycle(last);
                recycle();
                return null;
            }
            Round next = new Round(bytes, length, frames);
            filling = last == null ? null : last.bytes();
            length = 0;
            frames = 0;
            answers = 0;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// For the flusher, when writing failed: gives back the last round and drops what is left.
    void failed(Round last) {
        lock.lock();
        try {
            flushing = false;
            length = 0;
            recycle(last);
            recycle();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void recycle() {
        if (filling != null) {
            pool.give(filling);
            filling = null;
        }
    }

    private void recycle(@Nullable Round round) {
        if (round != null) {
            pool.give(round.bytes());
        }
    }

    /// Takes nothing more in; what is in still goes out, unless it is to be dropped.
    void end(SessionClosed reason, boolean dropQueued) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            }
            if (dropQueued) {
                length = 0;
                if (!flushing) {
                    recycle();
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything is written.
    ///
    /// @return whether it is
    boolean awaitEmpty(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (flushing && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !flushing;
        } finally {
            lock.unlock();
        }
    }
}
