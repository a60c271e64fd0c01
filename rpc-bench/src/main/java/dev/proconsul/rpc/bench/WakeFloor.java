package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// What one end of a small message costs without any protocol, and so the least that a multiplexer for virtual threads
/// can come to: somebody puts 128 bytes into the array of each of many threads and wakes it; it appends its bytes to
/// a common buffer under a lock, and parks. No socket, no frames, no windows. `bench wake-floor` runs it in processes
/// of their own, with as many carrier threads as processors and with one; then without the common buffer as well, where
/// the threads share nothing at all and what is left is the scheduler.
final class WakeFloor {
    private static final String APART = "apart";
    private static final int HEADER_BYTES = 12;
    private static final int ROUNDS = 7;
    private static final Duration ROUND = Duration.ofMillis(1_500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<Integer> THREADS = List.of(64, 1_024);

    private final Waiting[] all;
    private final boolean apart;
    private final LongAdder answersApart = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final ByteBuffer appended = ByteBuffer.allocateDirect(1 << 20);
    private long answers;

    private WakeFloor(int threads, boolean apart) {
        this.apart = apart;
        all = new Waiting[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Waiting();
            all[i].thread.start();
        }
    }

    /// One who waits for a message.
    private final class Waiting implements Runnable {
        final Thread thread = Thread.ofVirtual().unstarted(this);
        final byte[] message = new byte[Handler.MESSAGE_BYTES];
        final byte[] answer = new byte[Handler.MESSAGE_BYTES];
        volatile boolean arrived;

        @Override
        public void run() {
            while (true) {
                while (!arrived) {
                    LockSupport.park(this);
                }
                arrived = false;
                if (apart) {
                    System.arraycopy(message, 0, answer, 0, answer.length);
                    answersApart.increment();
                } else {
                    append(message);
                }
            }
        }
    }

    private void append(byte[] message) {
        lock.lock();
        try {
            if (appended.remaining() < HEADER_BYTES + message.length) {
                appended.clear();
            }
            appended.putInt(0).putInt(0).putInt(0).put(message);
            answers++;
        } finally {
            lock.unlock();
        }
    }

    private long answers() {
        if (apart) {
            return answersApart.sum();
        }
        lock.lock();
        try {
            return answers;
        } finally {
            lock.unlock();
        }
    }

    /// {@return nanoseconds for each message, of the median round}
    private double measure() {
        var rounds = new double[ROUNDS];
        var arriving = ByteBuffer.allocateDirect(all.length * Handler.MESSAGE_BYTES);
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = round(arriving);
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    private double round(ByteBuffer arriving) {
        long start = System.nanoTime();
        long before = answers();
        long sent = 0;
        while (System.nanoTime() - start < ROUND.toNanos()) {
            arriving.clear();
            for (Waiting one : all) {
                arriving.get(one.message);
                one.arrived = true;
                LockSupport.unpark(one.thread);
                sent++;
            }
            while (answers() - before < sent) {
                Thread.yield();
            }
        }
        return (double) (System.nanoTime() - start) / sent;
    }

    /// @param arguments the directory of the module; or a number of threads, perhaps [#APART], in the child
    static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].matches("\\d+")) {
            var floor = new WakeFloor(Integer.parseInt(arguments[0]), List.of(arguments).contains(APART));
            var measuring =
                    Thread.startVirtualThread(() -> System.out.printf(Locale.ROOT, "%.0f%n", floor.measure()));
            measuring.join();
            System.exit(0);
        }
        int processors = Runtime.getRuntime().availableProcessors();
        System.out.printf("one end of a message of %d bytes, nothing but copying it and waking its thread; %d processors%n",
                Handler.MESSAGE_BYTES, processors);
        for (int threads : THREADS) {
            for (int carriers : processors == 1 ? List.of(1) : List.of(1, processors)) {
                System.out.printf("%,6d threads, %d carrier threads: %s ns; without a common buffer %s ns%n",
                        threads, carriers, ofChild(threads, carriers, ""), ofChild(threads, carriers, APART));
            }
        }
    }

    private static String ofChild(int threads, int carriers, String how) throws IOException, InterruptedException {
        var command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.virtualThreadScheduler.parallelism=" + carriers,
                "-cp", System.getProperty("java.class.path"), WakeFloor.class.getName(), Integer.toString(threads), how);
        try (var child = Child.start("floor of " + threads + " threads", command)) {
            return child.expect("", PATIENCE);
        }
    }
}
