package dev.proconsul.rpc.endpoints.internal.subscribe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Where streams that have something to send wait for their turn. One thread takes one after another, and ends when no
/// more are there: a change that many have subscribed to costs one thread, not one for each of them.
///
/// A turn must not wait for a peer. What gRPC then has to write to connections is put off until a number of turns are
/// over, see [#gathering], so that all streams of a connection share a write, and threads of their own do it.
///
/// Threads: any may add. A stream waits in one lane at most once, so a lane is never longer than there are streams.
final class Lane {
    private static final Logger LOG = System.getLogger("agent.server.subscribe");
    private static final ScopedValue<Lane> CURRENT = ScopedValue.newInstance();
    /// Turns after which writes begin: the first of many streams must not wait for the last.
    private static final int TURNS = 64;

    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /// How often something was added since the thread last looked.
    private final AtomicInteger added = new AtomicInteger();
    private final List<Runnable> writes = new ArrayList<>(); // by the thread

    /// Adds a turn.
    /// @param turn does not wait
    void add(Runnable turn) {
        waiting.add(turn);
        if (added.getAndIncrement() == 0) {
            Thread.ofVirtual().name("subscriptions").start(() -> ScopedValue.where(CURRENT, this).run(this::run));
        }
    }

    private void run() {
        int seen;
        do {
            seen = added.get();
            int turns = 0;
            for (var turn = waiting.poll(); turn != null; turn = waiting.poll()) {
                take(turn);
                if (++turns % TURNS == 0) {
                    write();
                }
            }
            write();
        } while (added.addAndGet(-seen) != 0);
    }

    /// The fault of one stream or connection is not to be the end of all others of the lane.
    private static void take(Runnable turnOrWrite) {
        try {
            turnOrWrite.run();
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "a stream or connection failed by a fault of this server", fault);
        }
    }

    private void write() {
        writes.forEach(Lane::take);
        writes.clear();
    }

    /// {@return an executor that puts off what turns want to have run until they are over, and begins the rest at once}
    /// @param threads runs it, each on a thread of its own
    static Executor gathering(Executor threads) {
        return task -> {
            if (CURRENT.isBound()) {
                CURRENT.get().writes.add(() -> threads.execute(task));
            } else {
                threads.execute(task);
            }
        };
    }
}
