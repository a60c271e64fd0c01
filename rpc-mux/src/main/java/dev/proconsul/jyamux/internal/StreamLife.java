package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// How far a stream has come: its [state][StreamState], its [handshake][Handshake], and when what is missing is
/// overdue. Every change of these goes through [#change], which tells those concerned once the lock is free.
///
/// Threads: any. `lock` is the stream's one lock; see [SessionParts] for the order of locks.
final class StreamLife {
    /// How much of its time an unaccepted stream of the peer gets, so that the refusal arrives before the peer gives
    /// up: a hashicorp peer ends the whole session when its open stays unanswered.
    private static final double PATIENCE_WITH_ACCEPT = 0.8;

    private final YamuxStream stream;
    private final StreamHost host;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private StreamState state = StreamState.OPEN;
    private boolean letGo;

    // Written under lock.
    private volatile Handshake handshake;
    private volatile long deadline;

    StreamLife(YamuxStream stream, Handshake handshake, StreamHost host) {
        this.stream = stream;
        this.handshake = handshake;
        this.host = host;
        Duration patience = host.config().openTimeout();
        deadline = handshake == Handshake.SYN_SENT
                ? after(Deadlines.nanos(patience))
                : after((long) (PATIENCE_WITH_ACCEPT * Deadlines.nanos(patience)));
    }

    private long after(long nanos) {
        long now = host.ticker().nanos();
        return nanos > Deadlines.NEVER - now ? Deadlines.NEVER : now + nanos;
    }

    ReentrantLock lock() {
        return lock;
    }

    StreamState state() {
        assert lock.isHeldByCurrentThread();
        return state;
    }

    boolean open(Side side) {
        return state().open(side);
    }

    boolean awaitsAccept() {
        return handshake == Handshake.SYN_RECEIVED;
    }

    boolean awaitsAcknowledgement() {
        return handshake == Handshake.SYN_SENT;
    }

    /// {@return when [#expire] is due}
    long deadline() {
        return deadline;
    }

    /// Makes a change under the lock, and tells those concerned after it.
    void change(Runnable step) {
        boolean permit;
        boolean released;
        StreamState before;
        StreamState after;
        lock.lock();
        try {
            boolean waiting = handshake == Handshake.SYN_SENT;
            boolean counted = counts();
            before = state;
            step.run();
            after = state;
            if (after != before) {
                settle(after);
            }
            permit = waiting && handshake != Handshake.SYN_SENT;
            released = counted && !counts();
        } finally {
            lock.unlock();
        }
        if (permit) {
            host.permitReturned();
        }
        if (after != before) {
            stream.changed();
            if (after instanceof StreamState.Closed closed) {
                stream.ended(closed);
            }
        }
        if (released) {
            host.released(stream);
        }
    }

    /// A stream counts as open until its application has let go of it, too: else a peer that opens and resets could
    /// have any number of handlers at work.
    private boolean counts() {
        return !(letGo && state instanceof StreamState.Closed);
    }

    private void settle(StreamState now) {
        if (now instanceof StreamState.Closed) {
            letGo |= handshake == Handshake.SYN_RECEIVED; // nobody has taken it, and nobody will
            acknowledged();
            deadline = Deadlines.NEVER;
        }
        stream.settle(now);
    }

    // Changes; each is a step of change().

    void happened(StreamState.Event event) {
        state = state.after(event);
    }

    /// {@return whether the acknowledgement was awaited}
    boolean acknowledged() {
        if (handshake != Handshake.SYN_SENT) {
            return false;
        }
        handshake = Handshake.DONE;
        if (!letGo) {
            deadline = Deadlines.NEVER;
        }
        return true;
    }

    /// This side has finished. A hashicorp peer that gets FIN before it accepts sends no ACK, and may take long for its
    /// answer: there is nothing to wait for with a clock, though the permit stays taken until the peer says something.
    void finished() {
        happened(new StreamState.Event.Finish(Side.LOCAL));
        if (handshake == Handshake.SYN_SENT) {
            deadline = Deadlines.NEVER;
        }
    }

    /// The application takes the stream. A stream that has ended, or that the peer has finished, needs no ACK.
    void accepted() {
        if (handshake == Handshake.SYN_RECEIVED) {
            handshake = Handshake.DONE;
            deadline = Deadlines.NEVER;
            if (open(Side.REMOTE)) {
                host.outbox().acknowledge(stream.id());
            }
        }
    }

    void letGo(boolean closed) {
        letGo = true;
        if (closed && !(state instanceof StreamState.Closed)) {
            deadline = after(Deadlines.nanos(host.config().closeTimeout()));
        }
    }

    /// {@return whether the application should have ended the stream, and will not any more}
    boolean forgotten() {
        boolean lost = !letGo && !(state instanceof StreamState.Closed);
        if (lost) {
            reset("stream " + stream + " was reset: nobody holds it, and nobody has closed it", 0);
        }
        letGo(false);
        return lost;
    }

    void reset(String message, long code) {
        if (!(state instanceof StreamState.Closed)) {
            host.outbox().control(FrameType.WINDOW_UPDATE, Flags.RST, stream.id(), (int) code);
            happened(new StreamState.Event.Reset(new StreamReset(message, Origin.LOCAL, code)));
        }
    }

    private String missed() {
        if (letGo) {
            return "the peer did not finish it in time";
        }
        return handshake == Handshake.SYN_RECEIVED
                ? "nobody accepted it in time"
                : "the peer did not acknowledge it in time";
    }

    void expire(long now) {
        if (now >= deadline) {
            reset("stream " + stream + " was reset: " + missed(), 0);
        }
    }
}
