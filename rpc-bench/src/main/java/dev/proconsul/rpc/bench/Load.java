package dev.proconsul.rpc.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;

/// Lets callers work for a time, each on a virtual thread of its own.
final class Load {
    private final CountDownLatch begin = new CountDownLatch(1);
    private final LongAdder beside = new LongAdder();
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
        for (int i = 0; i < callers; i++) {
            var operation = source.next(i);
            var task = new FutureTask<>(() -> call(operation));
            working.add(task);
            Thread.startVirtualThread(task);
        }
        long start = System.nanoTime();
        deadline = start + duration.toNanos();
        begin.countDown();
        var total = new Histogram();
        for (var task : working) {
            total.merge(resultOf(task));
        }
        long nanos = System.nanoTime() - start;
        return new Measured(total.count(), nanos, total.quantile(0.50), total.quantile(0.99), beside.sum());
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
        if (operation.isBeside()) {
            beside.add(latencies.count());
            return new Histogram();
        }
        return latencies;
    }

    private static Histogram resultOf(FutureTask<Histogram> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
