package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Frames on their way out. Callers add to the present [Round]; who writes takes it whole, writes it with one call, and
/// meanwhile the next one fills.
///
/// One at a time has the [Duty] to write. If the connection lets them, a caller with data takes it when nobody has it,
/// by [#claim], lets others add to the round if there are any, and leaves to the session's writer what is over.
/// Otherwise callers wake the writer, unless it is at work or about to be:
///
/// - [#companyWoken] wakes it behind handlers that were woken together, so that all their answers leave in one round;
/// - a round of frames that can all wait a little (credit, acknowledgements, the SYN of a stream whose first bytes
///   follow, a FIN) lets others run first, for two turns of the scheduler at most.
///
/// Bounds: payload waits for room, and in a queue: a stream puts at most its share into a round while it has a place in
/// it, and streams that wait get theirs in turn. Control frames always find room; a stream adds only so many, and
/// answers that the peer provokes are counted, see [#answer].
///
/// Threads: any, but [#next] is the writer's. `lock` is a leaf of the lock order, covers the copying of one frame, and
/// is never held during I/O.
final class Outbox {
    private static final int LAZY_TURNS = 2;

    private final int mostAnswers;
    private final boolean callersWrite;
    private final Thread writer;
    private final BriefLock lock = new BriefLock();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    private final Round round;
    private final Turns turns;
    private final Duty duty;
    private int answers;
    private @Nullable SessionClosed end;
    private boolean stopped;

    /// @param callersWrite whether whoever puts in data calls [#claim] afterwards
    /// @param writer calls [#next] until that returns null
    Outbox(int limit, int maxFrame, int mostAnswers, boolean callersWrite, BufferPool pool, Thread writer) {
        this.mostAnswers = mostAnswers;
        this.callersWrite = callersWrite;
        this.writer = writer;
        this.round = new Round(pool);
        this.turns = new Turns(limit, maxFrame);
        this.duty = new Duty(pool);
    }

    /// Puts in a data frame with as many of the bytes as the stream may send now.
    ///
    /// @return how many; 0 if the stream has to wait, see [#awaitTurn]
    /// @throws SessionClosed after the end
    int data(Turns.Place place, int id, byte[] bytes, int offset, int count) throws SessionClosed {
        int piece;
        boolean wake;
        lock.lock();
        try {
            checkOpen();
            piece = Math.min(count, turns.room(place, round.size()));
            if (piece == 0) {
                return 0;
            }
            round.data(id, bytes, offset, piece);
            round.markUrgent();
            turns.spent(place, piece);
            duty.queued(round.size());
            wake = !callersWrite && duty.callWriter();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
        return piece;
    }

    /// Puts in a frame without payload, behind what is there; never waits. After the end it is dropped, for nobody
    /// reads it.
    void control(FrameType type, int flags, int id, int value) {
        add(type, flags, id, value, false, true);
    }

    /// Like [#control], for a frame that may wait for the next one a little.
    void lazily(FrameType type, int flags, int id, int value) {
        add(type, flags, id, value, false, false);
    }

    private void add(FrameType type, int flags, int id, int value, boolean first, boolean urgent) {
        boolean wake;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            if (first) {
                round.addFirst(type, flags, id, value);
            } else {
                round.add(type, flags, id, value);
            }
            if (urgent) {
                round.markUrgent();
            }
            wake = duty.callWriter();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    /// Puts in a ping, ahead of what is there.
    void ping(int value) {
        add(FrameType.PING, Flags.SYN, 0, value, true, true);
    }

    /// Puts in new credit for the peer, ahead of what is there: whoever waits for it must not wait for our data. It may
    /// wait for the next frame a little.
    void credit(int id, int value) {
        add(FrameType.WINDOW_UPDATE, Flags.NONE, id, value, true, false);
    }

    /// Puts in the acknowledgement of a stream, ahead of what is there. It may wait for the next frame a little.
    void acknowledge(int id) {
        add(FrameType.WINDOW_UPDATE, Flags.ACK, id, 0, true, false);
    }

    /// Puts in a frame that the peer provoked, ahead of what is there. For the reader, which wakes the writer at the
    /// end of its batch by [#companyWoken].
    ///
    /// @throws ProtocolViolation if too many of them wait: the peer asks without reading
    void answer(FrameType type, int flags, int id, int value) throws ProtocolViolation {
        lock.lock();
        try {
            if (answers >= mostAnswers) {
                throw new ProtocolViolation("more than " + mostAnswers + " answers wait to be read");
            }
            if (end == null) {
                answers++;
                round.addFirst(type, flags, id, value);
                round.markUrgent();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The reader is about to wake so many handlers, and ends that with [#companyWoken]. If there are several, none of
    /// them writes for itself alone meanwhile.
    void company(int woken) {
        if (!callersWrite || woken < 2) {
            return;
        }
        lock.lock();
        try {
            if (duty.isFree()) {
                duty.claim(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The reader has woken so many handlers. Wakes the writer if there is something to write, or will soon be from
    /// several of them who do not write themselves.
    void companyWoken(int woken) {
        boolean wake;
        lock.lock();
        try {
            if (duty.isMine()) {
                rest();
            }
            wake = (stopped || !round.isEmpty() || woken > 1 && !callersWrite) && duty.callWriter();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    private void wakeIf(boolean wake) {
        if (wake) {
            LockSupport.unpark(writer);
        }
    }

    private void checkOpen() throws SessionClosed {
        if (end != null) {
            throw Reasons.again(end);
        }
    }

    /// Waits until the stream may put in data, or is to look again whether it wants to, see [#nudge].
    ///
    /// @param wanted how many bytes it would put in
    /// @param nanos the longest wait
    void awaitTurn(Turns.Place place, int wanted, long nanos) throws SessionClosed, InterruptedException {
        long start = nanos == Deadlines.NEVER ? 0 : System.nanoTime();
        lock.lockInterruptibly();
        try {
            checkOpen();
            if (turns.room(place, round.size()) > 0) {
                return;
            }
            turns.join(place, wanted);
            try {
                while (!place.called() && turns.await(place, lock, nanos, start)) {
                    checkOpen();
                }
            } finally {
                turns.leave(place);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Something else has changed for the stream that may wait: it returns from [#awaitTurn].
    void nudge(Turns.Place place) {
        lock.lock();
        try {
            turns.nudge(place);
        } finally {
            lock.unlock();
        }
    }

    /// The stream sends nothing after all: its turn, if it has one, is another's.
    void forgo(Turns.Place place) {
        lock.lock();
        try {
            turns.forgo(place, round.size());
        } finally {
            lock.unlock();
        }
    }

    /// For a caller who has put in data: takes the duty to write, if nobody has it. Holds no lock.
    ///
    /// @param streams how many are open; if there are several, the others may have something to add at once
    /// @return whether it is the caller's duty now, who lets others go first if [Duty#isPatient], then calls
    ///     [#nextForCaller], and at the end [#callerDone]
    boolean claim(int streams) {
        if (!duty.isFor(Thread.currentThread())) {
            return false; // who has it looks again before giving it up
        }
        lock.lock();
        try {
            boolean mine = duty.isFor(Thread.currentThread()) && !round.isEmpty() && !stopped;
            if (mine) {
                duty.claim(streams, round.size());
            }
            return mine;
        } finally {
            lock.unlock();
        }
    }

    /// {@return what the caller has to write; null if another has taken that over, or nothing is left}
    @Nullable ByteBuffer nextForCaller() {
        lock.lock();
        try {
            if (!duty.isMine() || round.isEmpty() || stopped) {
                return null;
            }
            duty.begin();
            return takeRound();
        } finally {
            lock.unlock();
        }
    }

    /// The caller has written as much as went out; if anything is left, it is the writer's.
    void callerDone() {
        boolean wake;
        lock.lock();
        try {
            if (!duty.isMine()) {
                return;
            }
            duty.settle(stopped);
            rest();
            wake = (duty.left() != null || !round.isEmpty() || stopped) && duty.callWriter();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    /// For the writer: gives back what was written, and waits for the next round.
    ///
    /// @return what to write, or null when the writer has to end
    @Nullable ByteBuffer next() {
        int turns = LAZY_TURNS;
        while (true) {
            lock.lock();
            try {
                duty.settle(stopped);
                if (stopped) {
                    return null;
                }
                ByteBuffer left = duty.left();
                if (left != null) {
                    return left; // by a caller
                }
                if (round.isEmpty()) {
                    rest();
                    turns = LAZY_TURNS;
                } else if (turns == 0 || round.urgent() || end != null) {
                    return takeRound();
                } else {
                    turns--;
                }
            } finally {
                lock.unlock();
            }
            if (duty.isTheWriters()) {
                Thread.yield();
            } else {
                awaitDuty();
            }
        }
    }

    private void rest() {
        duty.rest();
        emptied.signalAll();
    }

    private void awaitDuty() {
        while (!duty.isTheWriters()) {
            LockSupport.park(this);
        }
    }

    private ByteBuffer takeRound() {
        ByteBuffer taken = duty.take(round);
        answers = 0;
        turns.nextRound();
        return taken;
    }

    Duty duty() {
        return duty;
    }

    /// Takes nothing more in; what is in still goes out, unless it is to be dropped.
    void end(SessionClosed reason, boolean dropQueued) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            }
            if (dropQueued) {
                round.drop();
            }
            turns.wakeAll();
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The connection takes nothing more: what is in is dropped, and the writer ends.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            round.drop();
            duty.callWriter(); // a caller who has it passes it on
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(writer);
    }

    /// Waits until everything is written, or will never be.
    ///
    /// @return whether it is
    boolean awaitEmpty(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!isEmpty() && !stopped && left > 0) {
                left = emptied.awaitNanos(left);
            }
            return isEmpty() || stopped;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        return duty.isFree() && round.isEmpty();
    }
}
