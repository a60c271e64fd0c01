package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.Inside;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A world of its own: one virtual thread runs at a time, and time moves only when none can run. Which one is next,
/// whenever the running one waits, is drawn from a seed: a schedule that shows a fault is found again by it. Or it is
/// the one that could run first.
///
/// A virtual thread inherits the scheduler of the one that starts it, so the sessions under test need not know. The
/// JDK keeps the way to name a scheduler for itself: the tests run with `java.lang` opened.
final class Sim {
    private static final long FOR_EVER = 24L * 3_600 * 1_000_000_000;

    private final Random random;
    private final boolean inOrder;
    private final List<Runnable> runnable = new ArrayList<>();
    private final SimClock clock = new SimClock();

    private Sim(long seed, boolean inOrder) {
        random = new Random(seed);
        this.inOrder = inOrder;
    }

    /// What happens in it.
    interface Body {
        void run(Sim sim) throws Exception;
    }

    /// Runs one such world to the end of its body.
    static void run(long seed, Body body) {
        run(seed, body, false);
    }

    /// Runs one in which whoever could run first runs next, as with one carrier thread.
    static void runInOrder(Body body) {
        run(1, body, true);
    }

    private static void run(long seed, Body body, boolean inOrder) {
        Sim sim = new Sim(seed, inOrder);
        try {
            sim.run(body);
        } catch (Throwable e) {
            String schedule = inOrder ? "in order" : "seed " + seed;
            throw new AssertionError(schedule + ", after " + sim.clock.nanos() / 1_000_000 + " ms: " + e, e);
        }
    }

    Random random() {
        return random;
    }

    Inside.Clock clock() {
        return clock;
    }

    /// Lets others run, perhaps.
    void pause() {
        for (int i = random.nextInt(3); i > 0; i--) {
            Thread.yield();
        }
    }

    private void run(Body body) throws Throwable {
        Throwable[] failure = new Throwable[1];
        Thread main = builder(this::add).name("sim").start(() -> {
            try {
                body.run(this);
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        long idleSince = System.nanoTime();
        while (main.isAlive() || hasWork()) {
            Runnable next = draw();
            if (next != null) {
                next.run();
                idleSince = System.nanoTime();
            } else if (!clock.advance() && System.nanoTime() - idleSince > Task.PATIENCE.toNanos()) {
                AssertionError stuck = new AssertionError("nobody can run, and no time is awaited; the body stands at");
                stuck.setStackTrace(main.getStackTrace());
                throw stuck;
            }
            if (clock.nanos() > FOR_EVER) {
                AssertionError stuck = new AssertionError("a day has passed; the body stands at");
                stuck.setStackTrace(main.getStackTrace());
                throw stuck;
            }
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private void add(Runnable task) {
        synchronized (runnable) {
            runnable.add(task);
        }
    }

    private boolean hasWork() {
        synchronized (runnable) {
            return !runnable.isEmpty();
        }
    }

    private Runnable draw() {
        synchronized (runnable) {
            if (runnable.isEmpty()) {
                return null;
            }
            if (inOrder) {
                return runnable.removeFirst();
            }
            int which = random.nextInt(runnable.size());
            Runnable last = runnable.removeLast();
            return which == runnable.size() ? last : runnable.set(which, last);
        }
    }

    private static Thread.Builder.OfVirtual builder(Executor scheduler) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                .getDeclaredConstructor(Executor.class);
        constructor.setAccessible(true);
        return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
    }

    /// Time that moves to the next moment somebody waits for.
    private static final class SimClock implements Inside.Clock {
        private final ReentrantLock lock = new ReentrantLock();
        private final PriorityQueue<Sleep> sleeps = new PriorityQueue<>();
        private volatile long now;

        private record Sleep(long until, Condition over) implements Comparable<Sleep> {
            @Override
            public int compareTo(Sleep other) {
                return Long.compare(until, other.until);
            }
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleepUntil(long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                Sleep sleep = new Sleep(nanos, lock.newCondition());
                sleeps.add(sleep);
                try {
                    while (now < nanos) {
                        sleep.over.await();
                    }
                } finally {
                    sleeps.remove(sleep);
                }
            } finally {
                lock.unlock();
            }
        }

        /// {@return whether somebody waits for a moment, which is now}
        boolean advance() {
            if (!lock.tryLock()) {
                return false;
            }
            try {
                Sleep next = sleeps.peek();
                if (next == null) {
                    return false;
                }
                now = Math.max(now, next.until);
                for (Sleep sleep : sleeps) {
                    if (sleep.until <= now) {
                        sleep.over.signal();
                    }
                }
                return true;
            } finally {
                lock.unlock();
            }
        }
    }

    /// Both directions of a link that delivers every byte after a delay, and has room for so many bytes on each way.
    Wire.Ends link(int capacity, java.time.Duration delay) {
        SlowPipe up = new SlowPipe(this, capacity, delay.toNanos());
        SlowPipe down = new SlowPipe(this, capacity, delay.toNanos());
        return new Wire.Ends(
                new Wire.End(down.input, up.output, () -> {
                    up.end();
                    down.close();
                }),
                new Wire.End(up.input, down.output, () -> {
                    down.end();
                    up.close();
                }));
    }
}
