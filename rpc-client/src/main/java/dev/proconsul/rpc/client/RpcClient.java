package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.internal.Caller;
import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.ConversationPool;
import dev.proconsul.rpc.client.internal.Dialed;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.transport.tls.TcpDialer;

/// Calls one server.
///
/// Threads: any number of threads may call at once; each call occupies a stream (or, in [ClientConfig.Mode#SINGLE], a
/// connection) until its answer is there. Interrupting a caller resets that stream, which also frees what the server
/// holds for the call. Whoever connects closes.
///
/// A server that goes away and comes back is dialed anew by the next call. A call that meets a connection which ended
/// while it was idle is made once more on a fresh one, if that is safe: a read always, a write only if the server
/// cannot have had it.
///
/// Source: Consul `agent/pool/pool.go`.
public final class RpcClient implements AutoCloseable {
    private final ClientConfig config;
    private final Dialer dialer;
    private final ConversationPool pool;
    private final Caller caller;
    private final Ask ask = new Ask(new OwnCalls(), CallOptions.DEFAULT);
    private volatile boolean closed;

    private RpcClient(ClientConfig config, Dialer dialer) {
        this.config = config;
        this.dialer = dialer;
        pool = new ConversationPool(Dialed.by(dialer, config), config);
        caller = new Caller(pool, config);
    }

    /// Connects to a server in clear text, so that a wrong address shows at once.
    ///
    /// @param config where, and how
    /// @return a client, to be closed by the caller
    /// @throws CallException.NotSent when the server cannot be reached
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
    /// @throws CallException.NotSent when the server cannot be reached
    /// @throws InterruptedException  when the caller was interrupted
    public static RpcClient connect(ClientConfig config, Dialer dialer) throws CallException, InterruptedException {
        var client = new RpcClient(config, dialer);
        try {
            client.pool.warmUp();
            return client;
        } catch (CallException | RuntimeException | InterruptedException e) {
            client.close();
            throw e;
        }
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
        return new SnapshotClient(dialer, config, CallOptions.DEFAULT);
    }

    /// Closes all connections; calls in flight fail. Closing twice is harmless.
    @Override
    public void close() {
        closed = true; // before calls fail, so that watches know why
        pool.close();
    }

    /// What facades see of this client.
    private final class OwnCalls implements Calls {
        private final Closings closings = new Closings(WatchTime.SYSTEM);

        @Override
        public <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException {
            return RpcClient.this.call(method, request);
        }

        @Override
        public boolean closed() {
            return closed;
        }

        @Override
        public Closings closings() {
            return closings;
        }
    }
}
