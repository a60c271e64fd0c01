package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.WatchSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/// A source whose answers the test writes; a question without an answer waits.
final class ScriptedSource implements WatchSource<String> {
    final List<Long> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch freed = new CountDownLatch(1);
    final Semaphore waiting = new Semaphore(0);
    volatile Watch.Mode mode = Watch.Mode.BLOCKING_QUERY;
    volatile boolean clientClosed;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    private interface Answer {
        Reading<String> give() throws CallException;
    }

    void answer(String value, long index) {
        answers.add(() -> new Value<>(value, index));
    }

    void unchanged(long index) {
        answers.add(() -> new Unchanged<>(index));
    }

    void fail(String why) {
        answers.add(() -> {
            throw new CallException.NotSent(why, new IOException(why));
        });
    }

    void refuse(String why) {
        answers.add(() -> {
            throw new CallException.Refused("KVS.Get to a:8300", why);
        });
    }

    void fault(Throwable fault) {
        answers.add(() -> {
            if (fault instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) fault;
        });
    }

    /// Waits until all answers are used up and another question waits.
    void awaitQuestion() throws InterruptedException {
        waiting.acquire();
    }

    @Override
    public Watch.Mode mode() {
        return mode;
    }

    @Override
    public Reading<String> read(long index, Duration wait) throws CallException, InterruptedException {
        asked.add(index);
        try {
            var answer = answers.poll();
            if (answer == null) {
                waiting.release();
                answer = answers.take();
            }
            return answer.give();
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
