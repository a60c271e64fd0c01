package dev.proconsul.jyamux.internal;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Which stream may put payload into the present [Round], and how much: at most its share while it finds room, and one
/// turn after the other as soon as streams wait. A turn lasts until its bytes are used, by one write or many, or the
/// round it has begun in is taken.
///
/// Threads: guarded by the [Outbox]'s lock.
final class Turns {
    /// What one stream may put into a round, unless a single frame may be larger.
    private static final int SHARE = 65_536;
    /// What a stream puts in at a time while others wait: small, so that they take turns often.
    private static final int LARGEST_TURN = 16_384;

    private final int limit;
    private final int maxFrame;
    private final int share;
    private final int turn;
    private final ArrayDeque<Place> queue = new ArrayDeque<>(2);
    /// Who had more than a turn in this round and waits again: behind all others in the next. Those who run first get
    /// whole frames if nobody waits for them, and so they are others each time.
    private final ArrayDeque<Place> behind = new ArrayDeque<>(2);
    private long round = 1;
    private int given; // turns that have not begun
    private int open; // bytes left of those that have

    /// A stream's place: what it has in the present round, what is left of its turn in it, and whether it waits.
    static final class Place {
        private long round;
        private int bytes;
        private int left;
        private boolean turn;
        private boolean nudged;
        private @Nullable Thread waiting;

        /// {@return whether there is a reason to stop waiting}
        boolean called() {
            return turn || nudged;
        }
    }

    /// @param limit    bytes of payload in a round
    /// @param maxFrame bytes of payload in a frame
    Turns(int limit, int maxFrame) {
        this.limit = limit;
        this.maxFrame = maxFrame;
        this.share = Math.max(SHARE, maxFrame);
        this.turn = Math.min(maxFrame, LARGEST_TURN);
    }

    /// {@return how much the stream may put in now}
    /// @param size of the round so far
    int room(Place place, int size) {
        if (place.turn) {
            int free = limit - size - open - (given - 1) * turn; // the rest is for the others whose turn it is
            return queue.isEmpty() && free >= maxFrame ? maxFrame : turn;
        }
        if (left(place) > 0) {
            return place.left;
        }
        if (!queue.isEmpty() || !behind.isEmpty() || size + open + given * turn >= limit) {
            return 0; // others were first, or all is full
        }
        return Math.max(0, Math.min(maxFrame, share - had(place)));
    }

    /// {@return bytes that the stream has in the present round}
    private int had(Place place) {
        return place.round == round ? place.bytes : 0;
    }

    /// {@return bytes of a turn that has begun in the present round: small writes are to fill it, too}
    private int left(Place place) {
        return place.round == round ? place.left : 0;
    }

    /// Takes as much as the stream may put in now, at most what it wants.
    ///
    /// @param size of the round so far
    int take(Place place, int size, int wanted) {
        int room = room(place, size);
        int taken = Math.min(wanted, room);
        int left = left(place);
        open -= left;
        if (place.turn) {
            place.turn = false;
            given--;
            left = room;
        }
        place.left = Math.max(0, left - taken);
        open += place.left;
        place.bytes = had(place) + taken;
        place.round = round;
        return taken;
    }

    /// The stream sends nothing after all: its turn, if it has one, is another's.
    void forgo(Place place, int size) {
        if (place.turn) {
            place.turn = false;
            given--;
            give(size);
        }
    }

    /// The round was taken, an empty one begins.
    void nextRound() {
        round++;
        open = 0;
        queue.addAll(behind);
        behind.clear();
        give(0);
    }

    private void give(int size) {
        while (size + open + (given + 1) * turn <= limit) {
            Place next = queue.pollFirst();
            if (next == null) {
                return;
            }
            next.turn = true;
            given++;
            LockSupport.unpark(next.waiting);
        }
    }

    /// The present thread begins to wait for the stream's turn.
    void join(Place place) {
        place.waiting = Thread.currentThread();
        (had(place) > turn ? behind : queue).addLast(place);
    }

    /// Waits once, without the lock, for a reason to look again.
    ///
    /// @param nanos the longest wait since `start`, or [Deadlines#NEVER]
    /// @return whether there is time left
    boolean await(Place place, BriefLock lock, long nanos, long start) throws InterruptedException {
        long left = nanos == Deadlines.NEVER ? nanos : nanos - (System.nanoTime() - start);
        if (left <= 0) {
            return false;
        }
        lock.unlock();
        try {
            Deadlines.park(place, left);
        } finally {
            lock.lock();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return true;
    }

    /// It waits no more.
    void leave(Place place) {
        place.waiting = null;
        place.nudged = false;
        if (!place.turn) {
            queue.remove(place);
            behind.remove(place);
        }
    }

    /// Something else has changed for the stream that may wait.
    void nudge(Place place) {
        if (place.waiting != null) {
            place.nudged = true;
            LockSupport.unpark(place.waiting);
        }
    }

    /// Has everybody who waits look again.
    void wakeAll() {
        queue.forEach(place -> LockSupport.unpark(place.waiting));
        behind.forEach(place -> LockSupport.unpark(place.waiting));
    }
}
