package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// This side's pings: numbered from 0, keep-alive's included. An answer nobody waits for is ignored.
final class Pings {
    private final Outbox outbox;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<Integer, Question> waiting = new HashMap<>();
    private int next;
    private @Nullable SessionClosed end;

    private static final class Question {
        private static final long UNANSWERED = -1;
        private final long asked;
        private long took = UNANSWERED;

        Question(long asked) {
            this.asked = asked;
        }
    }

    Pings(Outbox outbox, Ticker ticker) {
        this.outbox = outbox;
        this.ticker = ticker;
    }

    /// Sends a ping for keep-alive, whose answer is a sign of life like any other byte.
    void send() {
        lock.lock();
        try {
            ask();
        } finally {
            lock.unlock();
        }
    }

    private int ask() {
        int value = next++;
        outbox.control(FrameType.PING, Flags.SYN, 0, value);
        return value;
    }

    Duration ask(Duration patience) throws SessionClosed, SocketTimeoutException, InterruptedException {
        long left = Deadlines.nanos(patience);
        lock.lockInterruptibly();
        try {
            if (end != null) {
                throw Reasons.again(end);
            }
            Question question = new Question(ticker.nanos());
            int value = ask();
            waiting.put(value, question);
            try {
                while (question.took == Question.UNANSWERED) {
                    if (end != null) {
                        throw Reasons.again(end);
                    }
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

    /// {@return the time it took, or null if nobody waits for that answer}
    @Nullable Duration answered(int value) {
        lock.lock();
        try {
            Question question = waiting.get(value);
            if (question == null || question.took != Question.UNANSWERED) {
                return null;
            }
            question.took = Math.max(0, ticker.nanos() - question.asked);
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
