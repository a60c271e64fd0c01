package dev.proconsul.rpc.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Lets callers work for a time, each on a virtual thread of its own.
final class Load {
    private final CountDownLatch begin = new CountDownLatch(1);
    private volatile long deadline;

    private Load() {}

    /// {@return what came of it}
    /// @param callers  how many
    /// @param duration how long
    /// @param source   what each does
    static Measured run(int callers, Duration duration, Operation.Source source) throws Exception {
        return new Load().measure(callers, duration, source);
    }

    private Measured measure(int callers, Duration duration, Operation.Source source) throws Exception {
        var working = new ArrayList<FutureTask<Histogram>>();
        var beside = new ArrayList<FutureTask<Histogram>>();
        for (int i = 0; i < callers; i++) {
            var operation = source.next(i);
            var task = new FutureTask<>(() -> call(operation));
            (operation.isBeside() ? beside : working).add(task);
            Thread.startVirtualThread(task);
        }
        long start = System.nanoTime();
        deadline = start + duration.toNanos();
        begin.countDown();
        var total = resultOf(working);
        long nanos = System.nanoTime() - start; // who is beside may have to wait for what is on its way
        return new Measured(total.count(), nanos, total.quantile(0.50), total.quantile(0.99), resultOf(beside).count());
    }

    private Histogram call(Operation operation) throws Exception {
        var latencies = new Histogram();
        begin.await();
        long now = System.nanoTime();
        while (now < deadline) {
            operation.run();
            long end = System.nanoTime();
            latencies.add(end - now);
            now = end;
        }
        operation.finish();
        return latencies;
    }

    private static Histogram resultOf(List<FutureTask<Histogram>> tasks) throws Exception {
        var total = new Histogram();
        try {
            for (var task : tasks) {
                total.merge(task.get());
            }
            return total;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
