package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.WatchSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A source whose answers the test writes; a question without an answer waits.
final class ScriptedSource implements WatchSource<String> {
    final List<Long> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch freed = new CountDownLatch(1);
    volatile Watch.Mode mode = Watch.Mode.BLOCKING_QUERY;
    volatile boolean clientClosed;
    private final Queue<Answer> answers = new ArrayDeque<>(); // guarded by this
    private boolean waiting; // for an answer; guarded by this

    private interface Answer {
        Reading<String> give() throws CallException;
    }

    void answer(String value, long index) {
        give(() -> new Value<>(value, index));
    }

    void unchanged(long index) {
        give(() -> new Unchanged<>(index));
    }

    void fail(String why) {
        give(() -> {
            throw new CallException.NotSent(why, new IOException(why));
        });
    }

    void refuse(String why) {
        give(() -> {
            throw new CallException.Refused("KVS.Get to a:8300", why);
        });
    }

    void fault(Throwable fault) {
        give(() -> {
            if (fault instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) fault;
        });
    }

    private synchronized void give(Answer answer) {
        answers.add(answer);
        waiting = false;
        notifyAll();
    }

    /// Waits until all answers are used up and another question waits.
    synchronized void awaitQuestion() throws InterruptedException {
        while (!waiting) {
            wait();
        }
    }

    private synchronized Answer await() throws InterruptedException {
        while (answers.isEmpty()) {
            waiting = true;
            notifyAll();
            wait();
        }
        return answers.remove();
    }

    @Override
    public Watch.Mode mode() {
        return mode;
    }

    @Override
    public Reading<String> read(long index, Duration wait) throws CallException, InterruptedException {
        asked.add(index);
        try {
            return await().give();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    @Override
    public boolean closed() {
        return clientClosed;
    }

    @Override
    public void close() {
        freed.countDown();
    }
}
