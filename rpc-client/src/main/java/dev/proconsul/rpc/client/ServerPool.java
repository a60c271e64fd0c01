package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.internal.Address;
import dev.proconsul.rpc.client.internal.CallTimes;
import dev.proconsul.rpc.client.internal.Caller;
import dev.proconsul.rpc.client.internal.Exchange;
import dev.proconsul.rpc.client.internal.Interrupts;
import dev.proconsul.rpc.client.internal.Peer;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connections to many servers, one for each, and calls over them.
///
/// A server is told from others by datacenter, node name and address. The first call to it dials, and all that come
/// meanwhile wait for the same connection, each for no longer than its own time. Calls share the connection, each on a
/// stream of its own; streams are kept for the next call, the one used last on top. A connection that no call has used
/// for [PoolConfig#idleTime] is closed.
///
/// A call goes to the server that it names and to no other; [RpcClient] chooses servers. It is made once more only where
/// the server has answered before, and only if that is safe: when the request was not sent, or when it is a read that
/// got no byte of an answer.
///
/// Threads: any number. Interrupting a caller resets its stream, which also frees what the server holds for the call.
/// Whoever makes a pool closes it.
///
/// Source: Consul `agent/pool/pool.go`.
public final class ServerPool implements RawCalls, AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);

    /// Methods for callers who have no certificate yet.
    private static final Set<String> INSECURE = Set.of("AutoEncrypt.Sign", "AutoConfig.InitialConfiguration");

    private final Dialers dialers;
    private final Time time;
    private final Caller caller;
    private final Map<Key, Peer> peers = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private volatile PoolConfig config;
    private volatile boolean closed;
    private @Nullable Thread keeper; // guarded by lock

    /// What tells servers apart.
    private record Key(String datacenter, String node, String address) {
        static Key of(ServerInfo server) {
            return new Key(server.datacenter(), server.node(), server.address());
        }
    }

    /// Makes an empty pool.
    /// @param config  limits and times
    /// @param dialers how to reach servers
    public ServerPool(PoolConfig config, Dialers dialers) {
        this(config, dialers, Time.SYSTEM);
    }

    /// Makes an empty pool with a clock of its own.
    /// @param config  limits and times
    /// @param dialers how to reach servers
    /// @param time    the clock of deadlines and of idle connections
    public ServerPool(PoolConfig config, Dialers dialers, Time time) {
        this.config = config;
        this.dialers = dialers;
        this.time = time;
        this.caller = new Caller(time);
    }

    /// {@return limits and times as they are now}
    public PoolConfig config() {
        return config;
    }

    /// Changes how long a call that does not block may take; calls in flight keep what they have.
    /// @param callTimeout more than zero; more than 1 h counts as 1 h
    public void callTimeout(Duration callTimeout) {
        var old = config;
        config = old.withTimeouts(old.dialTimeout(), callTimeout, old.holdTimeout());
    }

    /// Makes a call, which may take [PoolConfig#callTimeout], or, when it is a blocking query, its waiting time, a
    /// sixteenth of that, and [PoolConfig#holdTimeout].
    ///
    /// @param server  whom to call
    /// @param method  which method
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws CallException        when there is none; its type says what the server can have done
    /// @throws InterruptedException when the caller was interrupted; the call may have been executed
    public <Q, R> R call(ServerInfo server, Method<Q, R> method, Q request)
            throws CallException, InterruptedException {
        return call(server, method, request, new CallTimes(config).of(request));
    }

    /// Makes a call.
    ///
    /// @param server  whom to call
    /// @param method  which method
    /// @param request what to ask
    /// @param timeout for everything: the connection, sending, the whole answer; more than zero
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws CallException        when there is none; its type says what the server can have done
    /// @throws InterruptedException when the caller was interrupted; the call may have been executed
    public <Q, R> R call(ServerInfo server, Method<Q, R> method, Q request, Duration timeout)
            throws CallException, InterruptedException {
        return exchange(server, new Exchange.Typed<>(method, request), timeout);
    }

    @Override
    public byte[] call(ServerInfo server, String method, byte[] body, Duration timeout)
            throws CallException, InterruptedException {
        return exchange(server, new Exchange.Raw(method, body), timeout);
    }

    /// Asks a server for a sign of life.
    ///
    /// @param server  which
    /// @param timeout for everything, more than zero
    /// @return how long that took
    /// @throws CallException        when it gave none
    /// @throws InterruptedException when the caller was interrupted
    public Duration ping(ServerInfo server, Duration timeout) throws CallException, InterruptedException {
        long start = time.nanoTime();
        call(server, Status.PING, Empty.ZERO, timeout);
        return Duration.ofNanos(time.nanoTime() - start);
    }

    /// Makes sure that a server can be reached, so that a wrong address shows at once.
    ///
    /// @param server which
    /// @throws CallException        when it cannot
    /// @throws InterruptedException when the caller was interrupted
    public void connect(ServerInfo server) throws CallException, InterruptedException {
        with(server, peer -> {
            caller.warmUp(peer, config.callTimeout());
            return server;
        });
    }

    /// Opens a connection that no call shares, for what is no call.
    ///
    /// @param server   where to
    /// @param protocol what will be spoken, such as [Protocol#SNAPSHOT]
    /// @return the connection, to be closed by the caller
    /// @throws CallException.NotSent when the server cannot be reached
    /// @throws InterruptedException  when the caller was interrupted
    public Connection dial(ServerInfo server, Protocol protocol) throws CallException, InterruptedException {
        if (closed) {
            throw closed(server);
        }
        try {
            return dialers.to(server).dial(Address.parse(server.address(), 0), protocol, config.dialTimeout());
        } catch (IllegalArgumentException e) {
            throw unusable(server, e);
        } catch (IOException e) {
            if (Interrupts.caused(e)) {
                throw Interrupts.of(e);
            }
            throw new CallException.NotSent(String.valueOf(e.getMessage()), e, Reason.NO_CONNECTION, server);
        }
    }

    /// {@return how many servers connections are kept for}
    public int servers() {
        return peers.size();
    }

    private <R> R exchange(ServerInfo server, Exchange<R> exchange, Duration timeout)
            throws CallException, InterruptedException {
        if (INSECURE.contains(exchange.method())) {
            return insecurely(server, exchange, timeout);
        }
        return with(server, peer -> caller.call(peer, exchange, timeout));
    }

    private <R> R insecurely(ServerInfo server, Exchange<R> exchange, Duration timeout)
            throws CallException, InterruptedException {
        if (!config.datacenter().isEmpty() && !config.datacenter().equals(server.datacenter())) {
            throw new CallException.NotSent("insecure dialing prohibited between datacenters", null,
                    Reason.NO_CONNECTION, server);
        }
        try (var peer = peer(server, dialers -> Peer.forInsecureCall(server, dialers.to(server), config))) {
            return caller.call(peer, exchange, timeout);
        }
    }

    /// Something to be done with a server.
    private interface Use<R> {
        R with(Peer peer) throws CallException, InterruptedException;
    }

    private <R> R with(ServerInfo server, Use<R> use) throws CallException, InterruptedException {
        var peer = enter(server);
        try {
            return use.with(peer);
        } finally {
            peer.leave();
        }
    }

    private Peer enter(ServerInfo server) throws CallException {
        var key = Key.of(server);
        while (true) {
            if (closed) {
                throw closed(server);
            }
            var peer = peers.get(key);
            if (peer == null) {
                peer = add(key, peer(server, dialers -> Peer.of(server, dialers.to(server), config)));
            }
            if (peer.enter(time.nanoTime())) {
                return peer;
            }
            peers.remove(key, peer); // it has just been closed for being idle
        }
    }

    private Peer peer(ServerInfo server, Function<Dialers, Peer> maker) throws CallException {
        if (server.node().isEmpty()) {
            throw new CallException.NotSent("pool: ConnPool.RPC requires a node name", null, Reason.NO_SERVER, server);
        }
        try {
            return maker.apply(dialers);
        } catch (IllegalArgumentException e) {
            throw unusable(server, e);
        }
    }

    private Peer add(Key key, Peer fresh) {
        synchronized (lock) {
            if (keeper == null && !closed) {
                keeper = Thread.ofVirtual().name("pool").start(this::keep);
            }
            var other = peers.putIfAbsent(key, fresh);
            if (closed) {
                fresh.close();
            }
            return other == null ? fresh : other;
        }
    }

    private void keep() {
        try {
            while (!closed) {
                time.sleep(TICK);
                tick();
            }
        } catch (InterruptedException e) {
            // the pool was closed
        }
    }

    /// Once a second: closes what nobody uses.
    void tick() {
        long now = time.nanoTime();
        for (var entry : peers.entrySet()) {
            var peer = entry.getValue();
            if (peer.closeIfIdle(now, config.idleTime())) {
                peers.remove(entry.getKey(), peer);
            } else {
                peer.tick();
            }
        }
    }

    private static CallException closed(ServerInfo server) {
        return new CallException.NotSent("the client of " + server.address() + " is closed", null, Reason.CLOSED, server);
    }

    private static CallException unusable(ServerInfo server, IllegalArgumentException e) {
        return new CallException.NotSent("server " + server.node() + ": " + e.getMessage(), e, Reason.NO_CONNECTION, server);
    }

    /// Closes all connections; calls in flight fail, and so do later ones. Closing twice is harmless.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (keeper != null) {
                keeper.interrupt();
            }
        }
        peers.values().forEach(Peer::close);
    }
}
