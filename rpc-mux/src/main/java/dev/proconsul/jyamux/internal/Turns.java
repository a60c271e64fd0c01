package dev.proconsul.jyamux.internal;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Which stream may put payload into the present [Round], and how much: at most its share while it finds room, and one
/// turn after the other as soon as streams wait: whoever has sent least comes first. Those whose threads run first in a
/// round get what the others leave, and that makes them the last in the next.
///
/// A turn is room that is kept for a stream until its thread runs: what it wants, within limits.
///
/// Threads: guarded by the [Outbox]'s lock.
final class Turns {
    /// What one stream may put into a round, unless a single frame may be larger.
    private static final int SHARE = 65_536;
    /// A turn is no smaller, unless a frame is: with very small ones all would have a turn in every round, and what is
    /// left of it would always be for those whose threads run first. A turn keeps a share at most.
    private static final int LEAST_TURN = 16_384;
    /// So many have a turn in a round at least, if a turn of that size is no smaller than the least: if threads that
    /// have one do not run, others have room all the same.
    private static final int LEAST_TURNS = 4;
    /// Nobody who waits is served later than in so many rounds, on the same condition: with many who want much, who
    /// wants little would wait for all of them.
    private static final int MOST_ROUNDS = 2;
    private static final Comparator<Place> ORDER =
            Comparator.<Place>comparingLong(place -> place.sent).thenComparingLong(place -> place.arrival);

    private final int limit;
    private final int maxFrame;
    private final int share;
    private final int leastTurn;
    private final PriorityQueue<Place> queue = new PriorityQueue<>(2, ORDER);
    private long round = 1;
    private int reserved; // by turns that are not yet used
    /// Who begins to wait counts as having sent this at least, and a share more at most: what is long ago does not
    /// count, be it little or much.
    private long floor;
    private long arrivals;

    /// A stream's place: what it has in the present round, how it stands to the others, and whether it waits.
    static final class Place {
        private long sent;
        private long arrival;
        private long round;
        private int bytes;
        private int wanted;
        private int turn;
        private boolean nudged;
        private @Nullable Thread waiting;

        /// {@return whether there is a reason to stop waiting}
        boolean called() {
            return turn > 0 || nudged;
        }
    }

    /// @param limit    bytes of payload in a round
    /// @param maxFrame bytes of payload in a frame
    Turns(int limit, int maxFrame) {
        this.limit = limit;
        this.maxFrame = maxFrame;
        this.share = Math.max(SHARE, maxFrame);
        this.leastTurn = Math.min(maxFrame, LEAST_TURN);
    }

    /// {@return how much the stream may put in now}
    /// @param size of the round so far
    int room(Place place, int size) {
        if (place.turn > 0) {
            int kept = reserved - place.turn; // for the others whose turn it is
            return queue.isEmpty() ? Math.clamp(limit - size - kept, place.turn, maxFrame) : place.turn;
        }
        if (!queue.isEmpty() || size + reserved >= limit) {
            return 0; // others were first, or all is full
        }
        int own = place.round == round ? place.bytes : 0;
        return Math.max(0, Math.min(maxFrame, share - own));
    }

    /// The stream has put in so many bytes, which was its turn if it had one.
    void spent(Place place, int bytes) {
        if (place.round != round) {
            place.round = round;
            place.bytes = 0;
        }
        place.bytes += bytes;
        place.sent += bytes;
        end(place);
    }

    private void end(Place place) {
        reserved -= place.turn;
        place.turn = 0;
    }

    /// The stream sends nothing after all: its turn, if it has one, is another's.
    void forgo(Place place, int size) {
        if (place.turn > 0) {
            end(place);
            give(size);
        }
    }

    /// The round was taken, an empty one begins.
    void nextRound() {
        round++;
        Place least = queue.peek();
        // Half a small turn is forgiven to who has sent more: else he would wait for very long behind streams that are
        // new each time. A whole one would have small writes, which do not fill a turn, count for nothing.
        floor = Math.max(floor + leastTurn / 2, least == null ? 0 : least.sent);
        give(0);
    }

    private void give(int size) {
        if (queue.isEmpty()) {
            return;
        }
        int most = mostOfATurn(queue.size());
        for (int room = limit - size - reserved; room >= leastTurn; room = limit - size - reserved) {
            Place next = queue.poll();
            if (next == null) {
                return;
            }
            next.turn = Math.min(next.wanted, Math.min(most, room));
            reserved += next.turn;
            LockSupport.unpark(next.waiting);
        }
    }

    private int mostOfATurn(int waiting) {
        int turns = Math.max(LEAST_TURNS, Math.ceilDiv(waiting, MOST_ROUNDS));
        return Math.max(leastTurn, limit / turns);
    }

    /// The present thread begins to wait for the stream's turn.
    ///
    /// @param wanted how many bytes it would put in
    void join(Place place, int wanted) {
        place.wanted = Math.clamp(wanted, leastTurn, Math.min(maxFrame, SHARE));
        place.waiting = Thread.currentThread();
        place.sent = Math.clamp(place.sent, floor, floor + share);
        place.arrival = arrivals++;
        queue.add(place);
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
        if (place.turn == 0) {
            queue.remove(place);
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
        for (Place place : queue) {
            LockSupport.unpark(place.waiting);
        }
    }
}
