package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.state.View;
import dev.proconsul.rpc.endpoints.internal.state.WatchSet;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.QueryReply;
import dev.proconsul.rpc.structs.ReadRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

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
    private final Readiness readiness;
    private final LongUnaryOperator jitter;
    private final LongAdder asked = new LongAdder();
    private final AtomicLong blocking = new AtomicLong();
    private final SharedRuns runs;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Set<Thread> waiting = new HashSet<>();
    private boolean closed;

    /// Makes the runner of a server.
    /// @param store     what is read
    /// @param consensus says whether this server leads
    /// @param times     how long queries wait
    /// @param readiness whether this server is ready for consistent reads, once it leads
    public BlockingQueries(StateStore store, Consensus consensus, QueryTimes times, Readiness readiness) {
        this(store, consensus, times, readiness,
                bound -> bound <= 0 ? 0 : ThreadLocalRandom.current().nextLong(bound));
    }

    /// @param jitter gives a number from 0 to below its argument
    BlockingQueries(StateStore store, Consensus consensus, QueryTimes times, Readiness readiness,
            LongUnaryOperator jitter) {
        this.readiness = readiness;
        this.store = store;
        this.consensus = consensus;
        this.times = times;
        this.jitter = jitter;
        runs = new SharedRuns(store);
    }

    /// Reads something from one version of the state.
    /// @param <R> the reply
    @FunctionalInterface
    public interface Query<R> {
        /// {@return what that version holds}
        /// @param state what to read; it takes note of all that is looked at
        /// @throws RpcException when there is no reply but an error
        Result<R> on(View state) throws RpcException;
    }

    /// What a query found in one version.
    ///
    /// @param index    when it last changed
    /// @param reply    what it is, without its metadata
    /// @param missing  whether the one thing that was asked for is not there
    /// @param compared whether the same reply at a later index is no news
    /// @param filtered whether ACLs have removed something
    /// @param <R>      the reply
    public record Result<R>(long index, R reply, boolean missing, boolean compared, boolean filtered) {
        /// {@return what was found}
        /// @param index when it last changed
        /// @param reply what it is, without its metadata
        /// @param <R>   the reply
        public static <R> Result<R> found(long index, R reply) {
            return new Result<>(index, reply, false, false, false);
        }

        /// {@return that the one thing that was asked for is not there}
        /// @param index when that last changed
        /// @param reply says so, without its metadata
        /// @param <R>   the reply
        public static <R> Result<R> notFound(long index, R reply) {
            return new Result<>(index, reply, true, false, false);
        }

        /// {@return this, from which ACLs have removed something, or not}
        /// @param removed whether they have
        public Result<R> filtered(boolean removed) {
            return new Result<>(index, reply, missing, compared, removed);
        }

        /// {@return this, which is no news if it comes again at a later index}
        public Result<R> onlyIfChanged() {
            return new Result<>(index, reply, missing, true, filtered);
        }
    }

    /// Runs a query, and waits for a newer result if the caller asks for it.
    ///
    /// @param method  which method this is
    /// @param request what the caller sent
    /// @param caller  who sent it: equal requests of the same caller to one method share their runs
    /// @param query   what to run
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply with its metadata
    /// @throws RpcException         when the query refuses, or this server does not lead and should
    /// @throws InterruptedException when the caller went away
    public <Q extends ReadRequest, R extends QueryReply<R>> R ask(
            Method<Q, R> method, Q request, Authorizer caller, Query<R> query)
            throws RpcException, InterruptedException {
        var options = request.queryOptions();
        asked.increment();
        if (options.minQueryIndex() == 0) {
            verify(options);
            return finished(options, query.on(store.view(_ -> { })));
        }
        blocking.incrementAndGet();
        try (var shared = runs.share(method, request, caller, query)) {
            return askUntilNewer(options, shared);
        } finally {
            blocking.decrementAndGet();
        }
    }

    private <R extends QueryReply<R>> R askUntilNewer(QueryOptions options, SharedRuns.Share<R> query)
            throws RpcException, InterruptedException {
        long deadline = store.nanoTime() + withJitter(times.waitFor(options.maxQueryTime()));
        long known = options.minQueryIndex();
        var began = store.current();
        boolean missedBefore = false;
        @Nullable R before = null;
        while (true) {
            verify(options);
            var run = query.run();
            var result = run.result();
            long index = Math.max(1, result.index());
            if (result.missing() && missedBefore || result.compared() && result.reply().equals(before)) {
                known = index; // what was not there before, or was the same: that other things changed is no news
            }
            missedBefore |= result.missing();
            before = result.reply();
            boolean newer = Long.compareUnsigned(index, known) > 0;
            if (newer || !run.version().continues(began) || !await(run.reads(), run.version(), deadline)) {
                return finished(options, result);
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

    /// Makes sure that this server leads, if the caller asks for that.
    /// @param options what the caller asks for
    /// @throws RpcException         when it does not
    /// @throws InterruptedException when the caller went away
    public void verify(QueryOptions options) throws RpcException, InterruptedException {
        if (options.requireConsistent()) {
            consensus.verifyLeader();
            readiness.await();
        }
    }

    /// Fills the metadata of a reply: where this server stands.
    private <R extends QueryReply<R>> R finished(QueryOptions options, Result<R> result) {
        return result.reply().withQueryMeta(meta(result.index())
                .withResultsFilteredByACLs(result.filtered() && !options.token().isEmpty()));
    }

    /// {@return the metadata of a reply}
    /// @param index of the reply; 0 becomes 1
    public QueryMeta meta(long index) {
        boolean leads = consensus.isLeader();
        var contact = leads ? Duration.ZERO : consensus.statistics().lastContact().orElse(Duration.ZERO);
        return QueryMeta.ZERO
                .withIndex(Math.max(1, index))
                .withLastContact(contact)
                .withKnownLeader(leads || consensus.leader().map(ServerInfo::id).isPresent());
    }

    /// {@return how many queries were asked}
    public long asked() {
        return asked.sum();
    }

    /// {@return how many queries block now}
    public long blocking() {
        return blocking.get();
    }

    /// How many different queries block now.
    int held() {
        return runs.size();
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
