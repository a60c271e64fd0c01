package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// This side's pings: numbered from 0, those of keep-alive and of measuring included. Callers who ask while one is
/// under way that nobody has answered yet get one of their own: its time would be too long for them.
///
/// An answer nobody waits for is ignored. Threads: any.
final class Pings {
    /// Of those nobody waits for, so many are remembered: a peer that answers none must not fill the table.
    private static final int MOST_UNATTENDED = 16;

    private final Outbox outbox;
    private final Ticker ticker;
    private final RoundTrip roundTrip;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<Integer, Question> waiting = new LinkedHashMap<>();
    private int unattended;
    private int next;
    private boolean measuring;
    private @Nullable SessionClosed end;

    private static final class Question {
        private static final long UNANSWERED = -1;
        private final long asked;
        private final boolean attended;
        private long took = UNANSWERED;

        Question(long asked, boolean attended) {
            this.asked = asked;
            this.attended = attended;
        }
    }

    Pings(Outbox outbox, Ticker ticker, RoundTrip roundTrip) {
        this.outbox = outbox;
        this.ticker = ticker;
        this.roundTrip = roundTrip;
    }

    /// Sends a ping whose answer is a sign of life, and a measurement.
    void send() {
        lock.lock();
        try {
            if (unattended < MOST_UNATTENDED) {
                unattended++;
                ask(new Question(ticker.nanos(), false));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Measures the round trip, unless a measurement is under way.
    void measure() {
        lock.lock();
        try {
            if (!measuring) {
                measuring = true;
                send();
            }
        } finally {
            lock.unlock();
        }
    }

    private int ask(Question question) {
        int value = next++;
        waiting.put(value, question);
        outbox.ping(value);
        return value;
    }

    Duration ask(Duration patience) throws SessionClosed, SocketTimeoutException, InterruptedException {
        long left = Deadlines.nanos(patience);
        lock.lockInterruptibly();
        try {
            checkOpen();
            Question question = new Question(ticker.nanos(), true);
            int value = ask(question);
            try {
                while (question.took == Question.UNANSWERED) {
                    checkOpen();
                    if (left <= 0) {
                        throw new SocketTimeoutException("no answer to a ping within " + patience);
                    }
                    left = changed.awaitNanos(left);
                }
                return Duration.ofNanos(question.took);
            } finally {
                waiting.remove(value);
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() throws SessionClosed {
        if (end != null) {
            throw Reasons.again(end);
        }
    }

    /// {@return the time it took, or null if nobody waits for that answer}
    @Nullable Duration answered(int value) {
        lock.lock();
        try {
            Question question = waiting.remove(value);
            if (question == null) {
                return null;
            }
            if (!question.attended) {
                unattended--;
                measuring = false;
            }
            long now = ticker.nanos();
            question.took = Math.max(0, now - question.asked);
            roundTrip.measured(question.took, now);
            changed.signalAll();
            return Duration.ofNanos(question.took);
        } finally {
            lock.unlock();
        }
    }

    void end(SessionClosed reason) {
        lock.lock();
        try {
            end = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
