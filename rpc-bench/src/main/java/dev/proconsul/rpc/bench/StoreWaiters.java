package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Blocking queries that are held, and writes that wake ten of them each: the time from just before the write to the
/// moment at which the woken caller has its reply. In this process, without sockets.
///
/// Of the ten that wait for a key, eight get it and two list the keys under it. The ten that wait for a service ask for
/// its fifty instances. One write in ten is a registration.
final class StoreWaiters {
    private static final int WOKEN = 10;
    private static final int LISTING = 2;
    private static final int WRITES_PER_SECOND = 1_000;
    private static final int REGISTRATIONS = 10;
    private static final Duration LONG = Duration.ofMinutes(9);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EndpointTable endpoints;
    private final StoreSizes sizes;
    private final int services;
    private final int keys;
    private final Wakes kv;
    private final Wakes health;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger held = new AtomicInteger();
    private int number; // of the write: no two write the same

    StoreWaiters(EndpointTable endpoints, StoreSizes sizes) {
        this.endpoints = endpoints;
        this.sizes = sizes;
        services = sizes.services();
        keys = sizes.waiters() / WOKEN - services;
        int writes = (int) sizes.waiting().toSeconds() * WRITES_PER_SECOND * 2;
        kv = new Wakes(keys, writes * WOKEN);
        health = new Wakes(services, writes * WOKEN);
    }

    /// Times of the wake-ups of one kind.
    private static final class Wakes {
        final AtomicLongArray written;
        /// Of each subject, how many who were woken are not back yet.
        final AtomicIntegerArray due;
        final long[] times;
        final AtomicInteger woken = new AtomicInteger();

        Wakes(int subjects, int capacity) {
            written = new AtomicLongArray(subjects);
            due = new AtomicIntegerArray(subjects);
            times = new long[capacity];
        }

        void arrived(int subject) {
            long now = System.nanoTime();
            times[woken.getAndIncrement()] = now - written.get(subject);
            due.getAndDecrement(subject);
        }

        /// The next write of a subject begins. Two that somebody hears of at once would be one wake-up, so this waits
        /// for those who were woken; only where there are few subjects is one written again so soon.
        void write(int subject) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (due.get(subject) > 0) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(due.get(subject) + " of " + WOKEN + " have not woken up");
                }
                LockSupport.parkNanos(100_000);
            }
            due.set(subject, WOKEN);
            written.set(subject, System.nanoTime());
        }

        double millis(double part) {
            var sorted = Arrays.copyOf(times, woken.get());
            Arrays.sort(sorted);
            int rank = (int) Math.min(sorted.length - 1, (long) (sorted.length * part));
            return sorted.length == 0 ? 0 : sorted[rank] / 1e6;
        }
    }

    /// Asks once more for what is newer, and gives back its index.
    @FunctionalInterface
    private interface Question {
        long ask(QueryOptions options) throws RpcException, InterruptedException;
    }

    /// @param held      queries
    /// @param bytes     of memory that each of them takes
    /// @param writes    per second
    /// @param kv        p50, p99 and longest, of those who wait for a key, milliseconds
    /// @param health    likewise, of those who wait for a service
    /// @param cores     processors in use
    /// @param others    part of the machine that other programs had
    record Outcome(int held, double bytes, double writes, List<Double> kv, List<Double> health, double cores,
            double others) {}

    Outcome run() throws Exception {
        var before = Memory.used();
        hold();
        var bytes = (double) Memory.used().minus(before).live() / sizes.waiters();
        write(Duration.ofSeconds(sizes.waiting().toSeconds() / 4)); // warm-up
        kv.woken.set(0);
        health.woken.set(0);
        var cpu = StoreCalls.Cpu.now();
        long start = System.nanoTime();
        int writes = write(sizes.waiting());
        double seconds = (System.nanoTime() - start) / 1e9;
        var outcome = new Outcome(sizes.waiters(), bytes, writes / seconds, quantiles(kv), quantiles(health),
                cpu.ours().toNanos() / 1e9 / seconds, cpu.others());
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            thread.join();
        }
        return outcome;
    }

    private static List<Double> quantiles(Wakes wakes) {
        return List.of(wakes.millis(0.5), wakes.millis(0.99), wakes.millis(1));
    }

    private void hold() throws RpcException, InterruptedException {
        for (int key = 0; key < keys; key++) {
            int subject = key;
            endpoints.call(KVS.APPLY, StoreData.put(key(key), 0));
            for (int i = 0; i < WOKEN; i++) {
                var method = i < LISTING ? KVS.LIST : KVS.GET;
                start(kv, key, options -> endpoints
                        .call(method, StoreData.read(key(subject)).withQueryOptions(options)).queryMeta().index());
            }
        }
        for (int service = 0; service < services; service++) {
            var request = StoreData.instancesOf(service);
            for (int i = 0; i < WOKEN; i++) {
                start(health, service, options ->
                        endpoints.call(Health.SERVICE_NODES, request.withQueryOptions(options))
                        .queryMeta().index());
            }
        }
        await(() -> held.get() == sizes.waiters());
    }

    private static String key(int key) {
        return "waited/" + key + "/value";
    }

    private void start(Wakes wakes, int subject, Question question) {
        threads.add(Thread.startVirtualThread(() -> {
            try {
                long index = question.ask(QueryOptions.ZERO);
                held.incrementAndGet();
                while (true) {
                    long next = question.ask(QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(LONG));
                    if (next <= index) {
                        throw new IllegalStateException("woken for nothing: index " + next + " after " + index);
                    }
                    index = next;
                    wakes.arrived(subject);
                }
            } catch (InterruptedException | RpcException e) {
                // The end of the measurement.
            }
        }));
    }

    /// {@return the writes, all of which have woken their ten}
    private int write(Duration duration) throws Exception {
        int kvBefore = kv.woken.get();
        int healthBefore = health.woken.get();
        int writes = (int) (duration.toMillis() * WRITES_PER_SECOND / 1_000);
        long start = System.nanoTime();
        int registrations = 0;
        for (int write = 0; write < writes; write++) {
            long due = start + write * 1_000_000_000L / WRITES_PER_SECOND;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (write % REGISTRATIONS == 0) {
                register(registrations++ % services);
            } else {
                put((write - registrations) % keys);
            }
        }
        int registered = registrations;
        await(() -> kv.woken.get() - kvBefore == (writes - registered) * WOKEN
                && health.woken.get() - healthBefore == registered * WOKEN);
        return writes;
    }

    private void put(int key) throws RpcException, InterruptedException {
        var request = StoreData.put(key(key), ++number);
        kv.write(key);
        endpoints.call(KVS.APPLY, request);
    }

    /// Changes the instance of a service that is the first on some node.
    private void register(int service) throws RpcException, InterruptedException {
        int node = service / StoreData.SERVICES_OF_NODE;
        var request = StoreData.register(node, service % StoreData.SERVICES_OF_NODE, services, ++number);
        health.write(service);
        endpoints.call(Catalog.REGISTER, request);
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after " + PATIENCE.toSeconds() + " s: " + held.get()
                        + " queries have begun, "
                        + kv.woken.get() + " and " + health.woken.get() + " wake-ups have come");
            }
            Thread.sleep(1);
        }
    }
}
