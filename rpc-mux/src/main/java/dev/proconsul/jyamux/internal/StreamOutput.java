package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The outbound half of a stream: what the peer lets it send, and the application's end.
///
/// Frames are put into the [Outbox] with the stream's lock held, so that credit is checked and spent in one step, and
/// the order on the wire is the order of the state's changes.
///
/// Threads: writers take [Turn]s, each over one whole write, so that the bytes of a write stay together.
final class StreamOutput extends OutputStream {
    private static final long MOST_CREDIT = 0xffff_ffffL;
    private static final int FAILED = -1;

    private final YamuxStream stream;
    private final StreamHost host;
    private final StreamLife life;
    private final ReentrantLock lock;
    private final Turns.Place place = new Turns.Place();

    // Guarded by lock.
    private final Turn turn = new Turn();
    private long credit = Inbound.WINDOW;
    private @Nullable Thread waiting;
    private long limit = Deadlines.NEVER;
    private boolean midWrite;

    StreamOutput(YamuxStream stream, StreamHost host, StreamLife life) {
        this.stream = stream;
        this.host = host;
        this.life = life;
        this.lock = life.lock();
    }

    /// The peer lets the stream send more. For the session's reader.
    void creditReceived(long more) {
        Thread thread;
        lock.lock();
        try {
            // Beyond 32 bits it saturates: no wrap, and no quarrel with a peer that adds too much.
            credit = Math.min(credit + more, MOST_CREDIT);
            thread = waiting;
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(thread);
    }

    /// The stream's state has changed; the lock is held.
    void settle() {
        LockSupport.unpark(waiting);
        host.outbox().nudge(place);
    }

    void timeout(Duration timeout) {
        lock.lock();
        try {
            limit = Deadlines.limitNanos(timeout);
            LockSupport.unpark(waiting);
            host.outbox().nudge(place);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int begun = begin(bytes, offset, length);
        if (begun == length) {
            queued(begun);
        } else {
            goOn(bytes, offset, length, begun);
        }
    }

    /// Sends what goes out at once. If that is all, as with most messages, the turn is over with it.
    private int begin(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            turn.begin(lock);
            int taken = FAILED;
            try {
                taken = take(bytes, offset, length);
            } finally {
                if (taken == FAILED || taken == length) {
                    turn.end();
                }
            }
            return taken;
        } catch (InterruptedException e) {
            throw torn(Reasons.interrupted(stream, "write", e), 0);
        } finally {
            lock.unlock();
        }
    }

    /// Sends the rest, and ends the turn.
    private void goOn(byte[] bytes, int offset, int length, int begun) throws IOException {
        int done = begun;
        try {
            queued(begun);
            long start = begun == 0 ? await(0, length) : 0;
            while (done < length) {
                int sent = send(bytes, offset + done, length - done);
                if (sent == 0) {
                    start = await(start, length - done);
                }
                done += sent;
            }
        } catch (InterruptedException e) {
            breakOff(done);
            throw torn(Reasons.interrupted(stream, "write", e), done);
        } catch (SocketTimeoutException e) {
            breakOff(done);
            throw torn(e, done);
        } catch (MuxException e) { // the stream has ended, with its reason
            breakOff(0);
            throw e;
        } catch (Throwable e) {
            breakOff(done);
            throw e;
        } finally {
            endTurn();
        }
    }

    /// The rest of a write will not come.
    ///
    /// @param done how much of it has gone out, so that the peer cannot make sense of the stream any more
    private void breakOff(int done) {
        host.outbox().forgo(place); // a turn that nobody gives back is lost to all others
        if (done > 0) {
            stream.breakOff("stream " + stream + " was reset: a write ended half way", 0);
        }
    }

    private void endTurn() {
        lock.lock();
        try {
            turn.end();
        } finally {
            lock.unlock();
        }
    }

    /// {@return whether a write has sent a part of its bytes and not the rest; the lock is held}
    boolean isMidWrite() {
        return midWrite;
    }

    private int send(byte[] bytes, int offset, int length) throws IOException {
        int taken;
        lock.lock();
        try {
            taken = take(bytes, offset, length);
        } finally {
            lock.unlock();
        }
        queued(taken);
        return taken;
    }

    /// {@return how many bytes were taken; 0 if the peer gives no credit, or the stream has to wait its turn among the
    /// others; the lock is held}
    private int take(byte[] bytes, int offset, int length) throws IOException {
        checkWritable(); // nothing is sent of an empty array, but an ended stream says so
        int piece = (int) Math.min(length, credit);
        int taken = piece == 0 ? 0 : host.outbox().data(place, stream.id(), bytes, offset, piece);
        credit -= taken;
        midWrite = taken < length && (midWrite || taken > 0);
        return taken;
    }

    private void queued(int taken) {
        if (taken > 0) {
            host.queued();
        }
    }

    private long await(long start, int wanted) throws IOException, InterruptedException {
        long now = System.nanoTime();
        long began = start == 0 ? now : start;
        long left;
        int sendable;
        lock.lock();
        try {
            checkWritable();
            left = limit == Deadlines.NEVER ? limit : limit - (now - began);
            if (left <= 0) {
                throw new SocketTimeoutException("stream " + stream + ": write timed out");
            }
            sendable = (int) Math.min(wanted, credit);
            waiting = sendable > 0 ? null : Thread.currentThread();
        } finally {
            lock.unlock();
        }
        Object stall = host.telemetry().stallBegins();
        try {
            if (sendable > 0) {
                host.outbox().awaitTurn(place, sendable, left); // and look again, whatever came of it
            } else {
                park(left);
            }
        } finally {
            host.telemetry().stallEnds(stall, stream.id(), now);
        }
        return began;
    }

    private void park(long left) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Deadlines.park(this, left);
        lock.lock();
        try {
            waiting = null;
        } finally {
            lock.unlock();
        }
    }

    private void checkWritable() throws MuxException {
        switch (life.state()) {
            case StreamState.Closed.ByReset(StreamReset reason) -> throw Reasons.again(reason);
            case StreamState.Closed.BySession(SessionClosed reason, _) -> throw Reasons.again(reason);
            case StreamState.Open(), StreamState.HalfClosed(_), StreamState.Closed.Orderly() -> {
                if (!life.open(Side.LOCAL)) {
                    throw new StreamFinished("stream " + stream + ": write after this side finished writing");
                }
            }
        }
    }

    private static InterruptedIOException torn(InterruptedIOException reason, int done) {
        reason.bytesTransferred = done;
        return reason;
    }

    @Override
    public void close() {
        stream.finishWriting();
    }
}
