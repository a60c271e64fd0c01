package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The inbound half of a stream, both ends of it: the session's reader delivers, the application reads.
///
/// A read that waits lends its array: bytes that arrive are put there directly. Other bytes wait in [Inbound]; a read
/// takes whole chunks and copies from them without holding the stream's lock.
///
/// Threads: readers take [Turn]s; one that waits for bytes keeps its turn. What the session's reader calls never waits.
final class StreamInput extends InputStream {
    private final YamuxStream stream;
    private final StreamHost host;
    private final StreamLife life;
    private final ReentrantLock lock;
    private @Nullable ByteBuffer current; // of the thread whose turn it is

    // Guarded by lock.
    private final Turn turn = new Turn();
    private final Inbound inbound;
    private byte @Nullable [] landing;
    private int landingAt;
    private int landingEnd;
    private long limit = Deadlines.NEVER;
    private boolean stopped;
    private long dropped;

    // Written under lock.
    private volatile @Nullable Thread waiting;

    StreamInput(YamuxStream stream, StreamHost host, StreamLife life) {
        this.stream = stream;
        this.host = host;
        this.life = life;
        this.lock = life.lock();
        this.inbound = new Inbound(host.pool(), host.tuner());
    }

    // What the session's reader calls.

    /// A frame was announced, and nothing of its payload is there yet.
    ///
    /// @return whether the payload is wanted; if not, none of it may be given to [#deliver]
    boolean expect(int length) throws ProtocolViolation {
        lock.lock();
        try {
            if (!life.open(Side.REMOTE)) {
                return false;
            }
            inbound.expect(stream.id(), length);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes payload, and wakes nobody: the reader does that once per batch, with [#wake].
    ///
    /// @param announced the length of the frame if it was not given to [#expect], else 0
    Delivery deliver(int announced, ByteBuffer from, int length) throws ProtocolViolation {
        lock.lock();
        try {
            if (!life.open(Side.REMOTE)) {
                return Delivery.UNWANTED;
            }
            if (announced != 0) {
                inbound.expect(stream.id(), announced);
            }
            if (stopped) {
                inbound.pass(length);
                dropped += length;
                host.counters().discardedBytes.add(length);
                grant();
                return dropped <= host.config().deadStreamBytes() ? Delivery.TAKEN : Delivery.TOO_MUCH;
            }
            int landed = land(from, length);
            if (landed < length) {
                inbound.store(from, length - landed);
            }
            return Delivery.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    private int land(ByteBuffer from, int length) {
        byte[] to = landing;
        if (to == null) {
            return 0;
        }
        int piece = Math.min(length, landingEnd - landingAt);
        from.get(to, landingAt, piece);
        landingAt += piece;
        inbound.pass(piece);
        return piece;
    }

    /// Wakes the read that waits.
    void wake() {
        LockSupport.unpark(waiting);
    }

    /// Lets the window shrink if the stream rests.
    void rest(long now) {
        lock.lock();
        try {
            inbound.rest(now);
        } finally {
            lock.unlock();
        }
    }

    /// The stream's state has changed; the lock is held.
    ///
    /// @return bytes that the peer may still have under way
    int settle(StreamState now) {
        LockSupport.unpark(waiting);
        int outstanding = inbound.outstanding();
        if (!now.open(Side.REMOTE)) {
            inbound.end();
        }
        if (now instanceof StreamState.Closed.ByReset) {
            inbound.clear();
        }
        return outstanding;
    }

    // What the application calls.

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        int received = -1;
        lock.lock();
        try {
            turn.begin(lock);
            try {
                received = fetch(to, offset, length);
            } finally {
                if (received != BUFFERED) {
                    turn.end();
                }
            }
        } catch (InterruptedException e) {
            throw Reasons.interrupted(stream, "read", e);
        } finally {
            lock.unlock();
        }
        return received == BUFFERED ? drain(to, offset, length) : received;
    }

    int peek() throws IOException {
        return inTurn(() -> {
            int found = fetch(null, 0, 0);
            ByteBuffer chunk = current;
            return found == BUFFERED && chunk != null ? Chunks.first(chunk) : -1;
        });
    }

    @Override
    public int available() throws IOException {
        return inTurn(() -> {
            checkReadable();
            if (current == null) {
                current = inbound.poll();
            }
            ByteBuffer chunk = current;
            return chunk == null ? 0 : chunk.remaining();
        });
    }

    private interface Look {
        int look() throws IOException, InterruptedException;
    }

    private int inTurn(Look what) throws IOException {
        lock.lock();
        try {
            turn.begin(lock);
            try {
                return what.look();
            } finally {
                turn.end();
            }
        } catch (InterruptedException e) {
            throw Reasons.interrupted(stream, "read", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        stream.stopReading();
    }

    void timeout(Duration timeout) {
        lock.lock();
        try {
            limit = Deadlines.limitNanos(timeout);
            LockSupport.unpark(waiting);
        } finally {
            lock.unlock();
        }
    }

    /// Drops what is there, and from now on what comes. A step of [StreamLife#change].
    void stop() {
        if (!stopped) {
            stopped = true;
            inbound.clear();
            grant();
            LockSupport.unpark(waiting);
        }
    }

    /// Gives back the chunk in hand, unless a read is under way, which then does it.
    void release() {
        lock.lock();
        try {
            if (turn.isFree()) {
                discard();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Drops the chunk in hand as if it had been read; the lock is held.
    private void discard() {
        ByteBuffer chunk = current;
        if (chunk != null) {
            current = null;
            inbound.consumed(chunk.remaining());
            host.pool().give(chunk);
            grant();
        }
    }

    private static final int BUFFERED = -2;

    /// Waits for bytes. The lock is held, except while it waits.
    ///
    /// @param to where they may land directly; null if they have to stay
    /// @return how many landed, [#BUFFERED] if there are some in `current`, or -1 at the end
    private int fetch(byte @Nullable [] to, int offset, int length) throws IOException, InterruptedException {
        long start = 0;
        landing = to;
        landingAt = offset;
        landingEnd = offset + length;
        try {
            while (true) {
                if (landingAt > offset) {
                    grant();
                    return landingAt - offset;
                }
                checkCurrent();
                checkReadable();
                if (current == null) {
                    current = inbound.poll();
                }
                if (current != null) {
                    return BUFFERED;
                }
                if (life.state().inputOver()) {
                    return -1;
                }
                start = await(start);
            }
        } finally {
            landing = null;
            waiting = null;
        }
    }

    /// A reset or a stop drops the chunk in hand, too.
    private void checkCurrent() {
        if (stopped || life.state() instanceof StreamState.Closed.ByReset) {
            discard();
        }
    }

    private long await(long start) throws SocketTimeoutException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        waiting = Thread.currentThread();
        long began = start;
        long left = Deadlines.NEVER;
        if (limit != Deadlines.NEVER) {
            long now = System.nanoTime();
            began = start == 0 ? now : start;
            left = limit - (now - began);
            if (left <= 0) {
                throw new SocketTimeoutException("stream " + stream + ": read timed out");
            }
        }
        lock.unlock();
        try {
            Deadlines.park(this, left);
        } finally {
            lock.lock();
        }
        return began;
    }

    private void checkReadable() throws MuxException {
        if (life.state() instanceof StreamState.Closed.ByReset(StreamReset reason)) {
            throw Reasons.again(reason);
        }
        if (stopped) {
            throw new StreamFinished("stream " + stream + ": read after this side stopped reading");
        }
    }

    /// Copies what is there, as far as it goes, and ends the turn. The lock is not held while it copies.
    private int drain(byte[] to, int offset, int length) {
        int done = 0;
        try {
            ByteBuffer chunk = current;
            while (chunk != null) {
                int piece = Chunks.drain(chunk, to, offset + done, length - done);
                done += piece;
                if (!chunk.hasRemaining()) {
                    current = null;
                    host.pool().give(chunk);
                }
                chunk = consumed(piece, done < length);
                if (chunk != null) {
                    current = chunk;
                }
            }
            return done;
        } finally {
            endTurn();
        }
    }

    private void endTurn() {
        lock.lock();
        try {
            checkCurrent(); // a stop or a reset meanwhile has left it to this thread
        } finally {
            turn.end();
            lock.unlock();
        }
    }

    /// Books bytes as read, which may give the peer new credit.
    ///
    /// @return the next chunk if there is one and the caller wants it
    private @Nullable ByteBuffer consumed(int length, boolean more) {
        lock.lock();
        try {
            inbound.consumed(length);
            boolean wanted = more && !stopped && !(life.state() instanceof StreamState.Closed.ByReset);
            ByteBuffer next = wanted ? inbound.poll() : null;
            if (next == null) {
                grant();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void grant() {
        if (inbound.owes() && life.open(Side.REMOTE)) {
            int before = inbound.window();
            int grant = inbound.grant(host.ticker().nanos());
            if (grant > 0) {
                host.outbox().credit(stream.id(), grant);
            }
            if (inbound.window() != before) {
                host.telemetry().windowChanged(stream.id(), inbound.window());
            }
        }
    }
}
