package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.WatchSource;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.client.internal.view.HealthWish;
import dev.proconsul.rpc.client.internal.view.StreamOrQuery;
import dev.proconsul.rpc.client.internal.view.Views;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.QueryReply;
import dev.proconsul.rpc.structs.ReadRequest;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import dev.proconsul.rpc.structs.WriteRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What all facades do: call with the options that were given to them.
///
/// @param calls   where to
/// @param options of all calls
record Ask(Calls calls, CallOptions options) {
    /// Makes a request with the given options of reading.
    interface Question<Q> extends Function<QueryOptions, Q> {}

    Ask with(CallOptions newOptions) {
        return new Ask(calls, newOptions);
    }

    String datacenter() {
        return options.datacenter();
    }

    QueryOptions query() {
        return options.query();
    }

    WriteRequest write() {
        return options.write();
    }

    <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException {
        return calls.call(method, request);
    }

    /// {@return a question to the whole datacenter}
    Question<DCSpecificRequest> here() {
        return DCSpecificRequest.ZERO.withDatacenter(datacenter())::withQueryOptions;
    }

    /// {@return a question about a node}
    Question<NodeSpecificRequest> node(String name) {
        return NodeSpecificRequest.ZERO.withDatacenter(datacenter()).withNode(name)::withQueryOptions;
    }

    /// {@return a question about a service}
    Question<ServiceSpecificRequest> service(String name) {
        return find(ServiceSpecificRequest.ZERO.withServiceName(name));
    }

    /// {@return a question about a service, with conditions}
    Question<ServiceSpecificRequest> find(ServiceSpecificRequest conditions) {
        return conditions.withDatacenter(datacenter())::withQueryOptions;
    }

    /// A call that has not been made yet.
    interface Attempt<T> {
        T make() throws CallException, InterruptedException;
    }

    /// {@return what a call gives; empty when the server says that there is none}
    /// @param absent the text by which that is known
    <T> Optional<T> unless(String absent, Attempt<T> attempt) throws CallException, InterruptedException {
        try {
            return Optional.of(attempt.make());
        } catch (CallException.Refused e) {
            if (e.getMessage().contains(absent)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Reads what is there.
    <Q extends ReadRequest, R extends QueryReply<R>> R read(Method<Q, R> method, Question<Q> question)
            throws CallException, InterruptedException {
        return read(method, question, query());
    }

    /// Reads; an answer from a server that is too far behind is not taken, and the leader asked instead. Source: Consul
    /// `agent/consul` endpoints of agents, `MaxStaleDuration`.
    private <Q extends ReadRequest, R extends QueryReply<R>> R read(
            Method<Q, R> method, Question<Q> question, QueryOptions query) throws CallException, InterruptedException {
        var reply = calls.call(method, question.apply(query));
        boolean tooOld = query.allowStale() && query.maxStaleDuration().isPositive()
                && reply.queryMeta().lastContact().compareTo(query.maxStaleDuration()) > 0;
        return tooOld ? calls.call(method, question.apply(query.withAllowStale(false))) : reply;
    }

    /// Watches what a blocking query answers.
    ///
    /// @param view what of the reply is watched
    <Q extends ReadRequest, R extends QueryReply<R>, T> Watch<T> watch(
            Method<Q, R> method, Question<Q> question, Function<R, T> view) {
        return Watch.start(new BlockingQuery<>(this, method, question, view), options.watching());
    }

    /// Watches the instances of a service: by a stream where there is one, else by a blocking query that answers the
    /// same. Servers evaluate filter expressions in queries only, and only queries ask a quorum or look at the age of
    /// what a server holds.
    ///
    /// @param view what of the reply is watched
    Watch<List<CheckServiceNode>> watchInstances(Question<ServiceSpecificRequest> question, String service,
            boolean connect, Views.Filter filter, Function<IndexedCheckServiceNodes, List<CheckServiceNode>> view) {
        var query = new BlockingQuery<>(this, Health.SERVICE_NODES, question, view);
        var watching = options.watching();
        if (!watching.streams() || !options.filter().isEmpty() || options.maxStale().isPositive()
                || options.consistency() == CallOptions.Consistency.CONSISTENT) {
            return Watch.start(query, watching);
        }
        var wish = new HealthWish(service, connect, datacenter(), options.token());
        return Watch.start(new StreamOrQuery<>(query, () -> calls.views().health(wish, filter, watching),
                WatchTime.SYSTEM, watching.linger()), watching);
    }

    /// A blocking query as a source of values.
    private record BlockingQuery<Q extends ReadRequest, R extends QueryReply<R>, T>(
            Ask ask, Method<Q, R> method, Question<Q> question, Function<R, T> view) implements WatchSource<T> {
        @Override
        public Watch.Mode mode() {
            return Watch.Mode.BLOCKING_QUERY;
        }

        @Override
        public Reading<T> read(long index, Duration wait) throws CallException, InterruptedException {
            var query = ask.query().withMinQueryIndex(index).withMaxQueryTime(wait)
                    .withAllowNotModifiedResponse(index != 0);
            return index == 0 ? inTurn(query) : ask(query);
        }

        /// Thousands of watches may begin, or begin anew, at once: a server gets their questions some at a time.
        private Reading<T> inTurn(QueryOptions query) throws CallException, InterruptedException {
            var turns = ask.calls.turns();
            turns.acquire();
            try {
                return ask(query);
            } finally {
                turns.release();
            }
        }

        private Reading<T> ask(QueryOptions query) throws CallException, InterruptedException {
            var reply = ask.read(method, question, query);
            var meta = reply.queryMeta();
            return meta.notModified() && query.minQueryIndex() != 0
                    ? new Unchanged<>(meta.index())
                    : new Value<>(view.apply(reply), meta.index());
        }

        @Override
        public boolean closed() {
            return ask.calls.closed();
        }

        @Override
        public Optional<Closings> closings() {
            return Optional.of(ask.calls.closings());
        }
    }
}
