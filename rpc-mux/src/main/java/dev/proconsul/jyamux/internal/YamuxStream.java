package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A stream: its [state][StreamState], its [inbound half][Inbound] and its credit for writing.
///
/// Threads: the methods in the middle section belong to the session's reader and never wait; the others belong to the
/// application. `lock` covers field accesses and the copying of one frame. Frames are put into the [Outbox] while it is
/// held, so that their order on the wire is the order of the state's changes; the outbox's lock is the only one taken
/// inside it. The session is told of endings after the lock is free.
final class YamuxStream implements Stream {
    private static final long MOST_CREDIT = 0xffff_ffffL;

    private final int id;
    private final StreamHost host;
    private final StreamInput input = new StreamInput(this);
    private final StreamOutput output = new StreamOutput(this);
    private final AbortActions abortActions = new AbortActions();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition writable = lock.newCondition();

    // Guarded by lock.
    private final Inbound inbound;
    private StreamState state = new StreamState.Open();
    private long credit = Inbound.WINDOW;
    private long readLimit = Deadlines.NEVER;
    private long writeLimit = Deadlines.NEVER;
    private boolean inputStopped;
    private long dropped;

    // Written under lock.
    private volatile Handshake handshake;
    private volatile long deadline = Deadlines.NEVER;

    YamuxStream(int id, Handshake handshake, StreamHost host) {
        this.id = id;
        this.handshake = handshake;
        this.host = host;
        this.inbound = new Inbound(host.pool());
        if (handshake == Handshake.SYN_SENT) {
            deadline = after(host.config().openTimeout());
        }
    }

    private long after(Duration time) {
        return host.ticker().nanos() + Deadlines.nanos(time);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public int peek() throws IOException {
        return input.peek();
    }

    @Override
    public void onAbort(Runnable action) {
        abortActions.add(action);
    }

    @Override
    public void readTimeout(Duration timeout) {
        lock.lock();
        try {
            readLimit = Deadlines.limitNanos(timeout);
            readable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void writeTimeout(Duration timeout) {
        lock.lock();
        try {
            writeLimit = Deadlines.limitNanos(timeout);
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finishWriting() {
        change(() -> {
            if (state.open(Side.LOCAL)) {
                host.outbox().control(FrameType.WINDOW_UPDATE, Flags.FIN, id, 0);
                state = state.after(new StreamState.Event.Finish(Side.LOCAL));
                acknowledged(); // a hashicorp peer that gets FIN before it accepts never sends the ACK
            }
        });
    }

    @Override
    public void stopReading() {
        change(() -> {
            if (!inputStopped) {
                inputStopped = true;
                inbound.clear();
                grant();
                readable.signalAll();
            }
        });
    }

    @Override
    public void reset() {
        abortActions.disarm();
        breakOff("stream " + this + " was reset by this side");
    }

    @Override
    public void close() {
        abortActions.disarm();
        stopReading();
        finishWriting();
        input.release();
        change(() -> {
            deadline = state instanceof StreamState.Closed ? Deadlines.NEVER : after(host.config().closeTimeout());
        });
    }

    /// Resets the stream from this side, for a reason other than the application's wish, too.
    private void breakOff(String message) {
        change(() -> resetNow(message));
    }

    private void resetNow(String message) {
        if (!(state instanceof StreamState.Closed)) {
            host.outbox().control(FrameType.WINDOW_UPDATE, Flags.RST, id, 0);
            state = state.after(new StreamState.Event.Reset(new StreamReset(message, Origin.LOCAL, 0)));
        }
    }

    // What the reader calls.

    /// {@return whether it was awaited}
    boolean acknowledgedByPeer() {
        boolean[] awaited = new boolean[1];
        change(() -> awaited[0] = acknowledged());
        return awaited[0];
    }

    boolean awaitsAcknowledgement() {
        return handshake == Handshake.SYN_SENT;
    }

    private boolean acknowledged() {
        if (handshake != Handshake.SYN_SENT) {
            return false;
        }
        handshake = Handshake.DONE;
        deadline = Deadlines.NEVER;
        return true;
    }

    void creditReceived(long more) {
        lock.lock();
        try {
            // Beyond 32 bits it saturates: no wrap, and no quarrel with a peer that adds too much.
            credit = Math.min(credit + more, MOST_CREDIT);
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// {@return whether the payload is wanted; if not, none of it may be given to [#deliver]}
    boolean expect(FrameHeader header) throws ProtocolViolation {
        lock.lock();
        try {
            if (!state.open(Side.REMOTE)) {
                return false;
            }
            inbound.expect(header);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Stores payload, and wakes nobody: the reader does that once per batch, with [#wakeReader].
    ///
    /// @return false if too much was dropped, and the stream was reset for it
    boolean deliver(byte[] bytes, int offset, int length) {
        boolean tooMuch;
        lock.lock();
        try {
            if (!state.open(Side.REMOTE)) {
                return true;
            }
            if (inputStopped) {
                inbound.drop(length);
                dropped += length;
                host.counters().discardedBytes.add(length);
                grant();
            } else {
                inbound.store(bytes, offset, length);
            }
            tooMuch = dropped > host.config().deadStreamBytes();
        } finally {
            lock.unlock();
        }
        if (tooMuch) {
            breakOff("stream " + this + " was reset: more than " + host.config().deadStreamBytes()
                    + " bytes after it stopped reading");
        }
        return !tooMuch;
    }

    void wakeReader() {
        lock.lock();
        try {
            readable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// {@return whether it was the first}
    boolean finishedByPeer() {
        StreamState[] change = new StreamState[2];
        change(() -> {
            change[0] = state;
            state = state.after(new StreamState.Event.Finish(Side.REMOTE));
            change[1] = state;
        });
        return change[0] != change[1];
    }

    void resetByPeer(long code) {
        change(() -> state = state.after(new StreamState.Event.Reset(
                new StreamReset("stream " + this + " was reset by the peer", Origin.REMOTE, code))));
    }

    // What the session calls.

    /// The application takes the stream. A stream that has ended, or that the peer has finished, needs no ACK.
    void accepted() {
        change(() -> {
            if (handshake == Handshake.SYN_RECEIVED) {
                handshake = Handshake.DONE;
                if (state.open(Side.REMOTE)) {
                    host.outbox().control(FrameType.WINDOW_UPDATE, Flags.ACK, id, 0);
                }
            }
        });
    }

    void sessionEnded(SessionClosed reason) {
        change(() -> state = state.after(new StreamState.Event.SessionEnd(reason)));
    }

    /// {@return when [#expire] is due}
    long deadline() {
        return deadline;
    }

    void expire(long now) {
        change(() -> {
            if (now >= deadline) {
                String missed = handshake == Handshake.SYN_SENT ? "acknowledge" : "finish";
                resetNow("stream " + this + " was reset: the peer did not " + missed + " it in time");
            }
        });
    }

    /// {@return whether the stream was reset}
    boolean broken() {
        lock.lock();
        try {
            return state instanceof StreamState.Closed.ByReset;
        } finally {
            lock.unlock();
        }
    }

    /// Makes a change under the lock, and tells those concerned after it.
    private void change(Runnable step) {
        boolean permit;
        StreamState before;
        StreamState after;
        int outstanding;
        lock.lock();
        try {
            boolean waiting = handshake == Handshake.SYN_SENT;
            before = state;
            step.run();
            after = state;
            if (after != before) {
                settle(after);
            }
            permit = waiting && handshake != Handshake.SYN_SENT;
            outstanding = inbound.outstanding();
        } finally {
            lock.unlock();
        }
        if (permit) {
            host.permitReturned();
        }
        if (after != before && after instanceof StreamState.Closed closed) {
            host.gone(this, closed instanceof StreamState.Closed.ByReset ? outstanding : 0);
            if (!(closed instanceof StreamState.Closed.Orderly)) {
                abortActions.run();
            }
        }
    }

    private void settle(StreamState now) {
        readable.signalAll();
        writable.signalAll();
        if (now instanceof StreamState.Closed) {
            acknowledged();
            deadline = Deadlines.NEVER;
        }
        if (now instanceof StreamState.Closed.ByReset) {
            inbound.clear();
        }
    }

    // What input and output call.

    /// Waits for bytes.
    ///
    /// @return the next chunk, the caller's from now on, or null at the end of the input
    @Nullable Chunk nextChunk() throws IOException, InterruptedException {
        long start = System.nanoTime();
        lock.lockInterruptibly();
        try {
            while (true) {
                checkReadable();
                Chunk chunk = inbound.poll();
                if (chunk != null || inputEnded()) {
                    return chunk;
                }
                await(readable, readLimit, start, "read");
            }
        } finally {
            lock.unlock();
        }
    }

    void checkInput() throws MuxException {
        lock.lock();
        try {
            checkReadable();
        } finally {
            lock.unlock();
        }
    }

    private void checkReadable() throws MuxException {
        if (state instanceof StreamState.Closed.ByReset(StreamReset reason)) {
            throw Reasons.again(reason);
        }
        if (inputStopped) {
            throw new StreamFinished("stream " + this + ": read after this side stopped reading");
        }
    }

    private boolean inputEnded() throws MuxException {
        return switch (state) {
            case StreamState.Open() -> false;
            case StreamState.HalfClosed(Side finished) -> finished == Side.REMOTE;
            case StreamState.Closed.Orderly() -> true;
            case StreamState.Closed.ByReset(StreamReset reason) -> throw Reasons.again(reason);
            case StreamState.Closed.BySession(SessionClosed reason, boolean complete) -> {
                if (!complete) {
                    throw Reasons.again(reason);
                }
                yield true;
            }
        };
    }

    /// Books bytes as read, which may give the peer new credit.
    ///
    /// @return the next chunk if there is one and the caller wants it
    @Nullable Chunk consumed(int length, boolean more) {
        lock.lock();
        try {
            if (length > 0) {
                inbound.consumed(length);
            }
            boolean wanted = more && !inputStopped && !(state instanceof StreamState.Closed.ByReset);
            Chunk next = wanted ? inbound.poll() : null;
            if (!more) {
                grant();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void grant() {
        if (state.open(Side.REMOTE)) {
            int grant = inbound.grant();
            if (grant > 0) {
                host.outbox().control(FrameType.WINDOW_UPDATE, Flags.NONE, id, grant);
            }
        }
    }

    /// {@return how many bytes can be read without waiting, at least one more chunk's}
    boolean hasInput() {
        lock.lock();
        try {
            return !inbound.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Sends one frame of the bytes, waiting for credit and room.
    ///
    /// @param start when the write began
    /// @return how many bytes were taken
    int send(byte[] bytes, int offset, int length, long start) throws IOException, InterruptedException {
        while (true) {
            long patience;
            lock.lockInterruptibly();
            try {
                int piece = awaitCredit(length, start);
                if (host.outbox().data(id, bytes, offset, piece)) {
                    credit -= piece;
                    return piece;
                }
                patience = left(writeLimit, start);
            } finally {
                lock.unlock();
            }
            if (!host.outbox().awaitRoom(patience)) {
                throw timeout("write");
            }
        }
    }

    private int awaitCredit(int length, long start) throws IOException, InterruptedException {
        checkWritable();
        while (credit == 0) {
            await(writable, writeLimit, start, "write");
            checkWritable();
        }
        return (int) Math.min(Math.min(length, credit), host.config().maxFrame());
    }

    void checkWritable() throws MuxException {
        switch (state) {
            case StreamState.Closed.ByReset(StreamReset reason) -> throw Reasons.again(reason);
            case StreamState.Closed.BySession(SessionClosed reason, _) -> throw Reasons.again(reason);
            case StreamState.Open(), StreamState.HalfClosed(_), StreamState.Closed.Orderly() -> {
                if (!state.open(Side.LOCAL)) {
                    throw new StreamFinished("stream " + this + ": write after this side finished writing");
                }
            }
        }
    }

    /// A write ended in the middle of what the application handed over.
    void tornWrite() {
        breakOff("stream " + this + " was reset: a write ended half way");
    }

    private void await(Condition condition, long limit, long start, String what)
            throws SocketTimeoutException, InterruptedException {
        long left = left(limit, start);
        if (left <= 0) {
            throw timeout(what);
        }
        if (left == Deadlines.NEVER) {
            condition.await(); // without a timer
        } else {
            condition.awaitNanos(left);
        }
    }

    private static long left(long limit, long start) {
        return limit == Deadlines.NEVER ? Deadlines.NEVER : limit - (System.nanoTime() - start);
    }

    private SocketTimeoutException timeout(String what) {
        return new SocketTimeoutException("stream " + this + ": " + what + " timed out");
    }

    BufferPool pool() {
        return host.pool();
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(id);
    }
}
