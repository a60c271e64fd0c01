package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames on their way out. Callers add to the present [Round]; the session's writer takes it whole, writes it with one
/// call, and meanwhile the next one fills.
///
/// Callers never touch the connection themselves, because interrupting a thread inside a socket call closes the socket,
/// and an application may interrupt its threads. They wake the writer, unless it is at work or about to be:
///
/// - [#company] wakes it behind handlers that were woken together, so that all their answers leave in one round;
/// - a round that nobody is waiting for (credit, acknowledgements, the SYN of a stream whose first bytes follow) lets
///   others run first, for two turns of the scheduler at most. A frame that somebody waits for never waits.
///
/// Bounds: payload waits for room, and in a queue: a stream puts at most its share into a round while it has a place in
/// it, and streams that wait get theirs in turn. Control frames always find room; a stream adds only so many, and
/// answers that the peer provokes are counted, see [#answer].
///
/// Threads: any, but [#next] is the writer's. `lock` is a leaf of the lock order, covers the copying of one frame, and
/// is never held during I/O.
final class Outbox {
    /// What one stream may put into a round, unless a single frame may be larger.
    private static final int SHARE = 65_536;
    /// What a stream puts in at a time while others wait: small, so that they take turns often.
    private static final int LARGEST_TURN = 16_384;
    private static final int LAZY_TURNS = 2;

    private final int limit;
    private final int maxFrame;
    private final int share;
    private final int turn;
    private final int mostAnswers;
    private final BufferPool pool;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    private final Round round;
    private final ArrayDeque<Place> queue = new ArrayDeque<>(2);
    private long roundNumber = 1;
    private int turnsGiven;
    private int answers;
    private @Nullable ByteBuffer inFlight;
    private @Nullable SessionClosed end;
    private boolean stopped;

    // The writer's.
    private int framesTaken;

    // Written under lock.
    private volatile boolean idle;

    /// A stream's place: what it has in the present round, and whether it waits.
    static final class Place {
        private long round;
        private int bytes;
        private boolean turn;
        private boolean nudged;
        private @Nullable Thread waiting;
    }

    /// @param writer calls [#next] until that returns null
    Outbox(int limit, int maxFrame, int mostAnswers, BufferPool pool, Thread writer) {
        this.limit = limit;
        this.maxFrame = maxFrame;
        this.share = Math.max(SHARE, maxFrame);
        this.turn = Math.min(maxFrame, LARGEST_TURN);
        this.mostAnswers = mostAnswers;
        this.pool = pool;
        this.writer = writer;
        this.round = new Round(pool);
    }

    /// Puts in a data frame with as many of the bytes as the stream may send now.
    ///
    /// @return how many; 0 if the stream has to wait, see [#awaitTurn]
    /// @throws SessionClosed after the end
    int data(Place place, int id, byte[] bytes, int offset, int count) throws SessionClosed {
        int piece;
        boolean wake;
        lock.lock();
        try {
            checkOpen();
            piece = Math.min(count, room(place));
            if (piece == 0) {
                return 0;
            }
            round.data(id, bytes, offset, piece);
            round.markUrgent();
            if (place.round != roundNumber) {
                place.round = roundNumber;
                place.bytes = 0;
            }
            place.bytes += piece;
            if (place.turn) {
                place.turn = false;
                turnsGiven--;
            }
            wake = takeIdle();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
        return piece;
    }

    /// Puts in a frame without payload, behind what is there; never waits. After the end it is dropped, for nobody
    /// reads it.
    void control(FrameType type, int flags, int id, int value) {
        add(type, flags, id, value, true);
    }

    /// Like [#control], for a frame that may wait for the next one a little.
    void lazily(FrameType type, int flags, int id, int value) {
        add(type, flags, id, value, false);
    }

    private void add(FrameType type, int flags, int id, int value, boolean urgent) {
        boolean wake;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            round.add(type, flags, id, value);
            if (urgent) {
                round.markUrgent();
            }
            wake = takeIdle();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    /// Puts in a ping, ahead of what is there.
    void ping(int value) {
        addFirst(FrameType.PING, Flags.SYN, 0, value, true);
    }

    /// Puts in new credit for the peer, ahead of what is there: whoever waits for it must not wait for our data. It may
    /// wait for the next frame a little.
    void credit(int id, int value) {
        addFirst(FrameType.WINDOW_UPDATE, Flags.NONE, id, value, false);
    }

    /// Puts in the acknowledgement of a stream, ahead of what is there. It may wait for the next frame a little.
    void acknowledge(int id) {
        addFirst(FrameType.WINDOW_UPDATE, Flags.ACK, id, 0, false);
    }

    private void addFirst(FrameType type, int flags, int id, int value, boolean urgent) {
        boolean wake;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            round.addFirst(type, flags, id, value);
            if (urgent) {
                round.markUrgent();
            }
            wake = takeIdle();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    /// Puts in a frame that the peer provoked, ahead of what is there. For the reader, which wakes the writer at the
    /// end of its batch by [#company].
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

    /// The reader has woken so many handlers. Wakes the writer if there is something to write, or will soon be from
    /// several of them.
    void company(int woken) {
        boolean wake;
        lock.lock();
        try {
            wake = (woken > 1 || !round.isEmpty()) && takeIdle();
        } finally {
            lock.unlock();
        }
        wakeIf(wake);
    }

    private boolean takeIdle() {
        boolean wake = idle;
        idle = false;
        return wake;
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

    /// {@return how much the stream may put in now}
    private int room(Place place) {
        if (place.turn) {
            return queue.isEmpty() ? maxFrame : turn;
        }
        if (!queue.isEmpty() || round.size() + turnsGiven * turn >= limit) {
            return 0; // others were first, or all is full
        }
        int own = place.round == roundNumber ? place.bytes : 0;
        return Math.min(maxFrame, share - own);
    }

    /// Waits until the stream may put in data, or is to look again whether it wants to, see [#nudge].
    ///
    /// @param nanos the longest wait
    void awaitTurn(Place place, long nanos) throws SessionClosed, InterruptedException {
        long start = nanos == Deadlines.NEVER ? 0 : System.nanoTime();
        lock.lockInterruptibly();
        try {
            checkOpen();
            if (room(place) > 0) {
                return;
            }
            place.waiting = Thread.currentThread();
            queue.addLast(place);
            try {
                awaitTurn(place, nanos, start);
            } finally {
                place.waiting = null;
                place.nudged = false;
                if (!place.turn) {
                    queue.remove(place);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn(Place place, long nanos, long start) throws SessionClosed, InterruptedException {
        while (!place.turn && !place.nudged) {
            checkOpen();
            long left = nanos == Deadlines.NEVER ? nanos : nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return;
            }
            lock.unlock();
            try {
                if (left == Deadlines.NEVER) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, left);
                }
            } finally {
                lock.lock();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /// Something else has changed for the stream that may wait: it returns from [#awaitTurn].
    void nudge(Place place) {
        lock.lock();
        try {
            if (place.waiting != null) {
                place.nudged = true;
                LockSupport.unpark(place.waiting);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The stream sends nothing after all: its turn, if it has one, is another's.
    void forgo(Place place) {
        lock.lock();
        try {
            if (place.turn) {
                place.turn = false;
                turnsGiven--;
                giveTurns();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveTurns() {
        while (round.size() + (turnsGiven + 1) * turn <= limit) {
            Place next = queue.pollFirst();
            if (next == null) {
                return;
            }
            next.turn = true;
            turnsGiven++;
            LockSupport.unpark(next.waiting);
        }
    }

    /// For the writer: gives back what was written, and waits for the next round.
    ///
    /// @return what to write, or null when the writer has to end
    @Nullable ByteBuffer next() {
        int turns = LAZY_TURNS;
        while (true) {
            lock.lock();
            try {
                if (inFlight != null) {
                    pool.give(inFlight);
                    inFlight = null;
                }
                if (stopped) {
                    return null;
                }
                if (round.isEmpty()) {
                    idle = true;
                    turns = LAZY_TURNS;
                    emptied.signalAll();
                } else if (turns == 0 || round.urgent() || end != null) {
                    return takeRound();
                } else {
                    turns--;
                }
            } finally {
                lock.unlock();
            }
            if (idle) {
                awaitWork();
            } else {
                Thread.yield();
            }
        }
    }

    private void awaitWork() {
        while (idle) {
            LockSupport.park(this);
        }
    }

    private ByteBuffer takeRound() {
        framesTaken = round.frames();
        ByteBuffer taken = round.take();
        inFlight = taken;
        roundNumber++;
        answers = 0;
        giveTurns();
        return taken;
    }

    /// {@return for the writer: how many frames the round has that it took last}
    int framesTaken() {
        return framesTaken;
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
            for (Place place : queue) {
                LockSupport.unpark(place.waiting);
            }
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
            idle = false;
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
            while (!(idle && round.isEmpty()) && !stopped && left > 0) {
                left = emptied.awaitNanos(left);
            }
            return idle || stopped;
        } finally {
            lock.unlock();
        }
    }
}
