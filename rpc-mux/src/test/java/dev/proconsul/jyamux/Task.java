package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Something that runs beside the test on a thread of its own, and what became of it.
final class Task<T> {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    /// Work without a result.
    interface Action {
        void run() throws Exception;
    }

    private Task(Callable<T> work, boolean virtual) {
        Runnable body = () -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        thread = virtual ? Thread.ofVirtual().unstarted(body) : Thread.ofPlatform().daemon().unstarted(body);
        thread.start();
    }

    static <T> Task<T> of(Callable<T> work) {
        return new Task<>(work, true);
    }

    static <T> Task<T> of(boolean virtual, Callable<T> work) {
        return new Task<>(work, virtual);
    }

    static Task<Void> run(Action work) {
        return run(true, work);
    }

    static Task<Void> run(boolean virtual, Action work) {
        return new Task<>(() -> {
            work.run();
            return null;
        }, virtual);
    }

    /// {@return its result}
    /// @throws Exception what it threw, or that it takes too long
    T get() throws Exception {
        try {
            return result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                cause.addSuppressed(new Exception("asked for here"));
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            AssertionError stuck = new AssertionError("no end within " + PATIENCE + "; it stands at");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    /// {@return what it threw, which must be of that type}
    <X extends Throwable> X fails(Class<X> type) throws Exception {
        try {
            T value = get();
            throw new AssertionError("it did not fail, but gave " + value);
        } catch (AssertionError e) {
            if (e.getCause() == null) {
                throw e;
            }
            return assertInstanceOf(type, e.getCause());
        } catch (Exception e) {
            return assertInstanceOf(type, e);
        }
    }

    boolean isDone() {
        return result.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    /// Waits until it waits for something, or has ended.
    Task<T> awaitBlocked() {
        until(() -> result.isDone() || switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
        });
        return this;
    }

    /// Waits, for a bounded time, for something that nobody tells.
    static void until(BooleanSupplier condition) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("it has not come true within " + PATIENCE);
            }
            LockSupport.parkNanos(50_000);
        }
    }
}
