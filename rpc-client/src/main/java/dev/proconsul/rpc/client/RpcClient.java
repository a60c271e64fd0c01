package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.internal.Batch;
import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.RoutedCaller;
import dev.proconsul.rpc.client.internal.Streams;
import dev.proconsul.rpc.client.internal.TokenBucket;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.client.internal.view.Views;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Calls the servers of a datacenter; through them one reaches the other datacenters.
///
/// All calls go to one server until it fails one; then the next server of the list takes over, and the failing one is
/// left alone until it answers a ping. Every few minutes the list is shuffled, so that servers share the load; calls in
/// flight stay where they are.
///
/// A call that failed is made again only where that is safe: when it was not sent, by the other servers; when it is a
/// read whose server ended without an answer, or when there is no leader, for as long as [ClientConfig#holdTimeout].
/// Otherwise the type of the [CallException] says what the server can have done. A server that goes away and comes back
/// is dialed anew by the next call.
///
/// Threads: any number of threads may call at once; each call occupies a stream (or, in [ClientConfig.Mode#SINGLE], a
/// connection) until its answer is there. Interrupting a caller resets that stream, which also frees what the server
/// holds for the call. Whoever connects closes.
///
/// Source: Consul `agent/consul/client.go`, `agent/pool/pool.go`.
public final class RpcClient implements AutoCloseable {
    private final ClientConfig config;
    private final ServerPool pool;
    private final ServerRouter router;
    private final ServerSource source;
    private final TokenBucket tokens;
    private final RoutedCaller caller;
    private final Views views;
    private final Ask ask = new Ask(new OwnCalls(), CallOptions.DEFAULT);
    private volatile boolean closed;

    private RpcClient(ClientConfig config, Dialers dialers, ServerSource source) {
        this.config = config;
        this.source = source;
        pool = new ServerPool(config.pool(), dialers);
        router = new ServerRouter(ServerRouter.Settings.ofClient(config.datacenter()), pool::ping);
        tokens = new TokenBucket(config.rate(), Time.SYSTEM);
        caller = new RoutedCaller(pool, router, tokens, Time.SYSTEM, RandomGenerator.of("L64X128MixRandom"));
        views = new Views(() -> Streams.door(router, dialers, config));
    }

    /// Connects to a server in clear text, so that a wrong address shows at once.
    ///
    /// @param config where, and how
    /// @return a client, to be closed by the caller
    /// @throws CallException.NotSent when no server can be reached
    /// @throws InterruptedException  when the caller was interrupted
    public static RpcClient connect(ClientConfig config) throws CallException, InterruptedException {
        return connect(config, new TcpDialer());
    }

    /// Connects to a server in a way of one's own, for example with TLS:
    ///
    /// ```java
    /// var tls = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(PemSource.file(ca)));
    /// try (var client = RpcClient.connect(config, TlsDialer.toName(tls, "server.dc1.consul"))) { … }
    /// ```
    ///
    /// @param config where, and how
    /// @param dialer opens connections; used by several threads at once
    /// @return a client, to be closed by the caller
    /// @throws CallException.NotSent when no server can be reached
    /// @throws InterruptedException  when the caller was interrupted
    public static RpcClient connect(ClientConfig config, Dialer dialer) throws CallException, InterruptedException {
        return connect(config, Dialers.always(dialer), ServerSource.fixed(config.datacenter(), config.servers()));
    }

    /// Connects to servers that a source knows.
    ///
    /// @param config  how; its servers are not used
    /// @param dialers how to reach each
    /// @param source  who they are; closed with the client
    /// @return a client, to be closed by the caller
    /// @throws CallException.NotSent when no server is known or can be reached
    /// @throws InterruptedException  when the caller was interrupted
    public static RpcClient connect(ClientConfig config, Dialers dialers, ServerSource source)
            throws CallException, InterruptedException {
        var client = new RpcClient(config, dialers, source);
        try {
            client.start();
            return client;
        } catch (CallException | RuntimeException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    private void start() throws CallException, InterruptedException {
        source.start(router.lan());
        var known = router.servers();
        if (known.size() == 1) {
            pool.connect(known.getFirst().server());
        } else {
            router.rebalance(config.datacenter());
            if (router.find(config.datacenter()).isEmpty()) {
                throw noneReached(router.servers());
            }
        }
        router.start();
    }

    private static CallException noneReached(List<KnownServer> known) {
        if (known.isEmpty()) {
            return new CallException.NotSent("No known Consul servers", null, Reason.NO_SERVER, null);
        }
        return new CallException.NotSent("none of " + known.size() + " servers answers: " + known.stream()
                .map(server -> server.problem().orElse("")).collect(Collectors.joining("; ")), null,
                Reason.NO_CONNECTION, null);
    }

    /// Makes a call and waits for the answer.
    ///
    /// @param method  which
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws CallException        when there is none; its type says what the server can have done
    /// @throws InterruptedException when the caller was interrupted; a write may have been executed
    public <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException {
        return caller.call(method, request);
    }

    /// Starts a call on a virtual thread of its own, for code that composes futures.
    ///
    /// Cancelling the future interrupts that thread, which frees what the server holds for the call.
    ///
    /// @param method  which
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply, or a [CallException] as the cause of its failure
    public <Q, R> CompletableFuture<R> callAsync(Method<Q, R> method, Q request) {
        return Batch.start(() -> caller.call(method, request));
    }

    /// Makes many calls of one method, at most 64 at a time, and waits for all of them. One that fails does not keep the
    /// others from being made.
    ///
    /// @param method   which
    /// @param requests what to ask
    /// @param <Q>      request
    /// @param <R>      reply
    /// @return an outcome for each request, in the same order
    /// @throws InterruptedException when the caller was interrupted; calls in flight have been interrupted too, and
    ///                              writes may have been executed
    public <Q, R> List<Outcome<R>> callAll(Method<Q, R> method, List<Q> requests) throws InterruptedException {
        return Batch.run(requests, request -> caller.call(method, request));
    }

    /// {@return the servers that this client knows, and how they fare, the one to ask next first}
    public List<KnownServer> servers() {
        return router.servers();
    }

    /// Pings every known server, so that [#servers()] tells how each fares now.
    ///
    /// @throws InterruptedException when the caller was interrupted
    public void pingServers() throws InterruptedException {
        router.pingAll();
    }

    /// {@return this client's view of servers, for a caller that chooses by itself; closed with the client}
    public ServerRouter router() {
        return router;
    }

    /// {@return keys and values}
    public KvClient kv() {
        return new KvClient(ask);
    }

    /// {@return nodes, services and checks as they are registered}
    public CatalogClient catalog() {
        return new CatalogClient(ask);
    }

    /// {@return instances with their checks}
    public HealthClient health() {
        return new HealthClient(ask);
    }

    /// {@return sessions, on which locks are held}
    public SessionClient sessions() {
        return new SessionClient(ask);
    }

    /// {@return transactions}
    public TxnClient transactions() {
        return new TxnClient(ask);
    }

    /// {@return network coordinates}
    public CoordinateClient coordinates() {
        return new CoordinateClient(ask);
    }

    /// {@return prepared queries}
    public PreparedQueryClient preparedQueries() {
        return new PreparedQueryClient(ask);
    }

    /// {@return settings that the servers keep}
    public ConfigEntryClient configEntries() {
        return new ConfigEntryClient(ask);
    }

    /// {@return which service may call which}
    public IntentionClient intentions() {
        return new IntentionClient(ask);
    }

    /// {@return the certificate authority of the mesh}
    public ConnectCaClient connectCa() {
        return new ConnectCaClient(ask);
    }

    /// {@return tokens, policies, roles}
    public AclClient acl() {
        return new AclClient(ask);
    }

    /// {@return user events}
    public EventClient events() {
        return new EventClient(ask);
    }

    /// {@return what datacenters know of each other}
    public FederationStateClient federationStates() {
        return new FederationStateClient(ask);
    }

    /// {@return views of the whole catalog}
    public InternalClient internal() {
        return new InternalClient(ask);
    }

    /// {@return the servers and their log}
    public OperatorClient operator() {
        return new OperatorClient(ask);
    }

    /// {@return the server's own state}
    public StatusClient status() {
        return new StatusClient(this);
    }

    /// {@return saving and restoring of the whole state}
    public SnapshotClient snapshots() {
        return new SnapshotClient(pool, router, tokens, CallOptions.DEFAULT);
    }

    /// Closes all connections; calls in flight fail. Closing twice is harmless.
    @Override
    public void close() {
        closed = true; // before calls fail, so that watches know why
        source.close();
        views.close();
        router.close();
        pool.close();
    }

    /// What facades see of this client.
    private final class OwnCalls implements Calls {
        private final Closings closings = new Closings(WatchTime.SYSTEM);
        private final Semaphore turns = new Semaphore(64);

        @Override
        public <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException {
            return RpcClient.this.call(method, request);
        }

        @Override
        public boolean closed() {
            return closed;
        }

        @Override
        public Views views() {
            return views;
        }

        @Override
        public Semaphore turns() {
            return turns;
        }

        @Override
        public Closings closings() {
            return closings;
        }
    }
}
