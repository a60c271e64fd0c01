package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.state.Topic;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.state.WatchSet;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/// Runs read queries, at once or when there is something newer than the caller knows.
///
/// A query that blocks holds its caller's thread, and nothing else but an entry for each thing that it read. It ends
/// when that changes, when its time is over, when its thread is interrupted, or when the server closes; the second and
/// the last answer with what there is, and not with an error.
///
/// Threads: any.
///
/// Source: Consul `agent/blockingquery/blockingquery.go`.
public final class BlockingQueries implements AutoCloseable {
    /// A sixteenth is added at most, so that callers who began together do not end together.
    private static final long JITTER_FRACTION = 16;

    private final StateStore store;
    private final Consensus consensus;
    private final QueryTimes times;
    private final LongUnaryOperator jitter;
    private final LongAdder asked = new LongAdder();
    private final AtomicLong blocking = new AtomicLong();
    private final Object lock = new Object();

    // Guarded by lock.
    private final Set<Thread> waiting = new HashSet<>();
    private boolean closed;

    /// Makes the runner of a server.
    /// @param store     what is read
    /// @param consensus says whether this server leads
    /// @param times     how long queries wait
    public BlockingQueries(StateStore store, Consensus consensus, QueryTimes times) {
        this(store, consensus, times, bound -> bound <= 0 ? 0 : ThreadLocalRandom.current().nextLong(bound));
    }

    /// @param jitter gives a number from 0 to below its argument
    BlockingQueries(StateStore store, Consensus consensus, QueryTimes times, LongUnaryOperator jitter) {
        this.store = store;
        this.consensus = consensus;
        this.times = times;
        this.jitter = jitter;
    }

    /// Reads something from one version of the state.
    /// @param <T> what is read
    @FunctionalInterface
    interface Query<T> {
        /// {@return what that version holds}
        /// @param version the state
        /// @param reads   to be told of everything that is looked at
        Result<T> on(Version version, Consumer<? super Topic> reads);
    }

    /// What a query found in one version.
    /// @param index   when it last changed
    /// @param value   what it is
    /// @param missing whether the one thing that was asked for is not there
    record Result<T>(long index, T value, boolean missing) {
        static <T> Result<T> found(long index, T value) {
            return new Result<>(index, value, false);
        }

        static <T> Result<T> notFound(long index, T value) {
            return new Result<>(index, value, true);
        }
    }

    /// An answer, ready to be sent.
    record Reply<T>(T value, QueryMeta meta) {}

    /// Runs a query, and waits for a newer result if the caller asks for it.
    <T> Reply<T> ask(QueryOptions options, Query<T> query) throws RpcException, InterruptedException {
        asked.increment();
        if (options.minQueryIndex() == 0) {
            verify(options);
            return reply(query.on(store.current(), Version.UNWATCHED));
        }
        blocking.incrementAndGet();
        try {
            return askUntilNewer(options, query);
        } finally {
            blocking.decrementAndGet();
        }
    }

    private <T> Reply<T> askUntilNewer(QueryOptions options, Query<T> query) throws RpcException, InterruptedException {
        long deadline = store.nanoTime() + withJitter(times.waitFor(options.maxQueryTime()));
        long known = options.minQueryIndex();
        var began = store.current();
        boolean missedBefore = false;
        while (true) {
            verify(options);
            var reads = store.watch();
            var version = store.current();
            var result = query.on(version, reads);
            var reply = reply(result);
            if (result.missing() && missedBefore) {
                known = reply.meta().index(); // what is not there, and was not there: other keys' writes are no news
            }
            missedBefore |= result.missing();
            boolean newer = Long.compareUnsigned(reply.meta().index(), known) > 0;
            if (newer || !version.continues(began) || !await(reads, version, deadline)) {
                return reply;
            }
        }
    }

    /// {@return whether to look again}
    private boolean await(WatchSet reads, Version seen, long deadline) throws InterruptedException {
        var thread = Thread.currentThread();
        synchronized (lock) {
            if (closed) {
                return false;
            }
            waiting.add(thread);
        }
        try {
            return reads.await(seen, deadline);
        } catch (InterruptedException e) {
            synchronized (lock) {
                if (closed) {
                    return false;
                }
            }
            throw e;
        } finally {
            synchronized (lock) {
                waiting.remove(thread);
                if (closed) {
                    Thread.interrupted(); // ours: it must not hit what the thread does next
                }
            }
        }
    }

    private long withJitter(Duration wait) {
        long nanos = wait.toNanos();
        return nanos + jitter.applyAsLong(nanos / JITTER_FRACTION);
    }

    private void verify(QueryOptions options) throws RpcException, InterruptedException {
        if (options.requireConsistent()) {
            consensus.verifyLeader();
        }
    }

    private <T> Reply<T> reply(Result<T> result) {
        boolean leads = consensus.isLeader();
        var contact = leads ? Duration.ZERO : consensus.statistics().lastContact().orElse(Duration.ZERO);
        boolean knownLeader = leads || consensus.leader().map(ServerInfo::id).isPresent();
        var meta = QueryMeta.ZERO
                .withIndex(Math.max(1, result.index()))
                .withLastContact(contact)
                .withKnownLeader(knownLeader);
        return new Reply<>(result.value(), meta);
    }

    /// {@return how many queries were asked}
    public long asked() {
        return asked.sum();
    }

    /// {@return how many queries block now}
    public long blocking() {
        return blocking.get();
    }

    /// Answers everybody who waits, now and from now on, with what there is.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            waiting.forEach(Thread::interrupt);
        }
    }
}
