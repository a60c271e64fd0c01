package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.CommitListener;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The commits between the writer and the publisher.
///
/// The writer never waits: if the publisher is too far behind, the queue gives up, and all subscribers begin anew.
///
/// Threads: the writer puts in; all else happens inside the publisher's lock.
final class CommitQueue implements CommitListener {
    private final int maximum;
    private final Runnable work;
    private final ConcurrentLinkedQueue<Commit> commits = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile boolean interrupted;
    private volatile @Nullable Version base;

    /// @param work works the queue off; run on a thread of its own
    CommitQueue(int maximum, Runnable work) {
        this.maximum = maximum;
        this.work = work;
    }

    @Override
    public void began(Version current) {
        base = current;
    }

    @Override
    public void committed(Commit commit) {
        if (size.incrementAndGet() > maximum) {
            size.decrementAndGet();
            interrupted = true;
        } else {
            commits.add(commit);
        }
        wake();
    }

    @Override
    public void restored(Version restored) {
        interrupted = true;
        wake();
    }

    /// One thread at a time, which goes on as long as there is something new.
    private void wake() {
        if (wanted.getAndIncrement() == 0) {
            Thread.ofVirtual().name("events").start(this::run);
        }
    }

    private void run() {
        int seen;
        do {
            seen = wanted.get();
            work.run();
        } while (wanted.addAndGet(-seen) != 0);
    }

    /// The version up to which everything was worked off.
    Version base() {
        var known = base;
        if (known == null) {
            throw new IllegalStateException("nobody has listened yet");
        }
        return known;
    }

    /// Takes all commits out, one after another.
    /// @param each  takes a commit
    /// @param reset called instead when commits are missing: empties the queue, by having nobody listen any more
    void workOff(Consumer<Commit> each, Runnable reset) {
        while (true) {
            if (interrupted) {
                reset.run();
                return;
            }
            var commit = commits.poll();
            if (commit == null) {
                return;
            }
            size.decrementAndGet();
            base = commit.after();
            each.accept(commit);
        }
    }

    /// Forgets everything, once nobody listens.
    void clear() {
        commits.clear();
        size.set(0);
        interrupted = false;
        base = null;
    }
}
