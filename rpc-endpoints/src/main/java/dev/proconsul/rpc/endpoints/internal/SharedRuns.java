package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Query;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.state.WatchSet;
import dev.proconsul.rpc.structs.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The runs of queries that block, so that a thousand callers who wait for the same thing make it run once.
///
/// Queries are the same when their method, their request and the caller's permissions are: a resolver of tokens gives
/// the same object for a token as long as nothing has changed, and a run never tells somebody what only others may see.
/// A run is kept while somebody who asks for it blocks, and is of use until the next version. Who comes while it runs
/// waits for its result.
///
/// Threads: any. The lock of a run is held while the query runs, which reads memory only; the lock of the table for a
/// lookup, and never the two in the other order.
final class SharedRuns {
    private final StateStore store;
    private final Map<Key, Shared> shared = new HashMap<>(); // guarded by itself
    private final LongAdder evaluated = new LongAdder();

    SharedRuns(StateStore store) {
        this.store = store;
    }

    /// Callers are compared by identity, unless they say otherwise themselves. The hash of a request walks all of it,
    /// so it is made once, and before the lock is taken.
    private record Key(Method<?, ?> method, Object request, Authorizer caller, int hash) {
        static Key of(Method<?, ?> method, Object request, Authorizer caller) {
            return new Key(method, request, caller, Objects.hash(method, request, caller));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /// What one version holds, and what was read to find that out.
    record Run<R>(Version version, WatchSet reads, Result<R> result) {}

    private static final class Shared {
        int holders; // guarded by the table
        @Nullable Run<?> last; // guarded by this
    }

    /// One caller's part in the runs of a query. For one thread, which closes it.
    final class Share<R> implements AutoCloseable {
        private final Key key;
        private final Shared runs;
        private final Query<R> query;

        private Share(Key key, Shared runs, Query<R> query) {
            this.key = key;
            this.runs = runs;
            this.query = query;
        }

        /// Runs the query on the newest version, or takes the result of another who has.
        Run<R> run() throws RpcException {
            synchronized (runs) {
                var last = lastOfSameType();
                if (last == null || last.version() != store.current()) {
                    var reads = store.watch();
                    var view = store.view(reads);
                    last = new Run<>(view.version(), reads, query.on(view));
                    runs.last = last;
                    evaluated.increment();
                    return last;
                }
                return new Run<>(last.version(), last.reads().copy(), last.result());
            }
        }

        @SuppressWarnings("unchecked") // equal methods have one reply type
        private @Nullable Run<R> lastOfSameType() {
            return (Run<R>) runs.last;
        }

        @Override
        public void close() {
            synchronized (shared) {
                if (--runs.holders == 0) {
                    shared.remove(key);
                }
            }
        }
    }

    <R> Share<R> share(Method<?, R> method, Object request, Authorizer caller, Query<R> query) {
        var key = Key.of(method, request, caller);
        synchronized (shared) {
            var runs = shared.computeIfAbsent(key, _ -> new Shared());
            runs.holders++;
            return new Share<>(key, runs, query);
        }
    }

    /// How often a query really ran.
    long evaluated() {
        return evaluated.sum();
    }

    int size() {
        synchronized (shared) {
            return shared.size();
        }
    }
}
