package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.RetryWaits;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes.Route;
import dev.proconsul.rpc.endpoints.Dispatch;
import dev.proconsul.rpc.endpoints.Peers;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/// Decides which server a request is for, and has it answered there.
///
/// ```
///   decided by the primary datacenter ...... counts as for that one
///   for another datacenter ................. its server that is in use, one attempt
///   a stale read, and a leader was heard ... here
///   this server leads ...................... here
///   a leader is known ...................... the leader
///   none is known .......................... wait and decide again, until the hold timeout is over
/// ```
///
/// To the leader a request goes byte by byte as it came. To another datacenter it is written anew: without a token that
/// holds in this datacenter only, and without anything that this server does not know, partitions among it. Replies are
/// passed on as they come.
///
/// Threads: any; a call holds its thread until it is answered.
///
/// Source: Consul `agent/consul/rpc.go`, `ForwardRPC`.
public final class Forwarding {
    /// There is no leader, or none that this server may call.
    static final String NO_LEADER = "No cluster leader";
    static final String NO_PATH = "No path to datacenter";
    static final String NO_SERVER_REACHABLE = "Remote DC has no server currently reachable";
    static final String LEADER_NOT_TRACKED = "Raft leader not found in server lookup mapping";

    private static final String RESUBMIT = "please resubmit call for rechunking";
    private static final String RETRY_LATER =
            "rate limit exceeded for operation that can only be performed by the leader, try again later";
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final String datacenter;
    private final Consensus consensus;
    private final Peers peers;
    private final PrimaryDatacenter primary;
    private final QueryTimes queryTimes;
    private final TokenResolver tokens;
    private final Stay stay;
    private final LongUnaryOperator random;
    private final LongAdder acrossDatacenters = new LongAdder();

    /// Makes the decisions of a server.
    /// @param datacenter the server's own
    /// @param consensus  says who leads
    /// @param peers      the other servers
    /// @param queryTimes how long blocking queries wait
    /// @param tokens     knows which tokens hold in this datacenter only
    /// @param stay       how long the server is there
    /// @param random     gives a number from 0 to below its argument
    public Forwarding(String datacenter, Consensus consensus, Peers peers, QueryTimes queryTimes, TokenResolver tokens,
            Stay stay, LongUnaryOperator random) {
        this.datacenter = datacenter;
        this.consensus = consensus;
        this.peers = peers;
        this.primary = new PrimaryDatacenter(peers.primary(), datacenter);
        this.queryTimes = queryTimes;
        this.tokens = tokens;
        this.stay = stay;
        this.random = random;
    }

    /// {@return how requests of a method find their server: as the table above says}
    /// @param method   which
    /// @param precheck what a request must pass first
    /// @param <Q>      request
    <Q> Dispatch<Q> toLeader(Method<Q, ?> method, Host.Precheck<Q> precheck) {
        var retargeting = primary.of(method);
        return new Dispatch<>() {
            @Override
            public Optional<byte[]> elsewhere(Q sent, Supplier<byte[]> encoded)
                    throws RpcException, InterruptedException {
                precheck.check(sent);
                var request = retargeting.of(sent, primary);
                var facts = RequestFacts.of(request);
                if (!isHere(facts.datacenter())) {
                    return Optional.of(askDatacenter(facts.datacenter(), method, request));
                }
                if (facts.allowsStale() && consensus.statistics().lastContact().isPresent()) {
                    return Optional.empty();
                }
                return askLeader(method.name(), facts, encoded);
            }

            @Override
            public boolean keepBytes() {
                return !consensus.isLeader();
            }
        };
    }

    /// {@return how requests of a method find their server that any server of the datacenter may answer}
    /// @param method which
    /// @param <Q>    request
    <Q> Dispatch<Q> toDatacenter(Method<Q, ?> method) {
        return (request, _) -> {
            var wanted = RequestFacts.of(request).datacenter();
            return isHere(wanted) ? Optional.empty() : Optional.of(askDatacenter(wanted, method, request));
        };
    }

    private boolean isHere(String wanted) {
        return wanted.isEmpty() || wanted.equals(datacenter);
    }

    /// Has a request answered by another datacenter. One attempt: its servers retry what can be retried.
    private <Q> byte[] askDatacenter(String wanted, Method<Q, ?> method, Q request)
            throws RpcException, InterruptedException {
        var facts = RequestFacts.of(request);
        @SuppressWarnings("unchecked") // the same request with another token has the same type
        var sent = tokens.isLocal(facts.token()) ? (Q) RequestFacts.withoutToken(request) : request;
        var out = new MsgpackWriter();
        method.request().encode(sent, out);
        return switch (peers.routes().route(wanted)) {
            case Route.Unknown() -> throw new RpcException(NO_PATH);
            case Route.Unreachable() -> throw new RpcException(NO_SERVER_REACHABLE);
            case Route.To(ServerInfo server) -> {
                acrossDatacenters.increment();
                yield switch (call(server, method.name(), facts, out.toByteArray())) {
                    case Outcome.Answered(byte[] reply) -> {
                        peers.routes().answered(server);
                        yield reply;
                    }
                    case Outcome.Failed failure -> {
                        peers.routes().failed(server, failure); // also after an error of the method, as in Consul
                        throw new RpcException(failure.error());
                    }
                };
            }
        };
    }

    /// Asks another datacenter on behalf of a method of this server.
    ///
    /// @param wanted  which datacenter
    /// @param method  which method
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws RpcException         when there is none
    /// @throws InterruptedException when the caller went away
    public <Q, R> R ask(String wanted, Method<Q, R> method, Q request) throws RpcException, InterruptedException {
        var reply = askDatacenter(wanted, method, request);
        try {
            return method.reply().decode(MsgpackReader.of(reply, DecodeLimits.DEFAULT));
        } catch (IOException e) {
            throw new RpcException("rpc error making call: " + e.getMessage(), e);
        }
    }

    /// What a datacenter answered.
    /// @param <R> reply
    @FunctionalInterface
    public interface Answer<R> {
        /// {@return the reply}
        /// @throws RpcException when there is none
        R get() throws RpcException;
    }

    /// Asks all other datacenters at the same time on behalf of a method of this server.
    ///
    /// @param method  which method
    /// @param request makes what to ask of a datacenter
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return what each answered, in the order of [#otherDatacenters]
    /// @throws InterruptedException when the caller went away; then nobody is asked any more
    public <Q, R> Map<String, Answer<R>> askAll(Method<Q, R> method, Function<String, Q> request)
            throws InterruptedException {
        var tasks = new LinkedHashMap<String, FutureTask<R>>();
        for (var other : otherDatacenters()) {
            tasks.put(other, new FutureTask<>(() -> ask(other, method, request.apply(other))));
        }
        tasks.values().forEach(task -> Thread.ofVirtual().name("ask datacenter").start(task));
        var answers = new LinkedHashMap<String, Answer<R>>();
        try {
            for (var task : tasks.entrySet()) {
                answers.put(task.getKey(), answer(task.getValue()));
            }
        } finally {
            tasks.values().forEach(task -> task.cancel(true));
        }
        return answers;
    }

    private static <R> Answer<R> answer(FutureTask<R> task) throws InterruptedException {
        try {
            R reply = task.get();
            return () -> reply;
        } catch (ExecutionException e) {
            var cause = e.getCause();
            var why = String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
            return () -> {
                throw new RpcException(why, e);
            };
        }
    }

    /// Has a request answered by the leader.
    /// @return its reply; empty when this server leads
    private Optional<byte[]> askLeader(String method, RequestFacts facts, Supplier<byte[]> encoded)
            throws RpcException, InterruptedException {
        if (consensus.isLeader() && !stay.over()) {
            return Optional.empty();
        }
        long start = stay.nanoTime();
        var budget = facts.blockingTime(queryTimes).plus(peers.holdTimeout());
        var waits = new RetryWaits(peers.holdTimeout(), random);
        byte[] body = encoded.get();
        while (true) {
            if (stay.over()) {
                throw new RpcException(NO_LEADER);
            }
            if (consensus.isLeader()) {
                return Optional.empty();
            }
            var leader = consensus.leader();
            switch (attempt(leader, method, facts, body)) {
                case Outcome.Answered(byte[] reply) -> {
                    return Optional.of(reply);
                }
                case Outcome.Failed(String error, Effect effect) -> {
                    boolean inTime = stay.nanoTime() - start <= budget.toNanos();
                    boolean retry = inTime && (isRetryable(error, facts) || isSafe(effect, facts, leader));
                    if (!retry || !stay.pause(waits.next())) {
                        throw new RpcException(error);
                    }
                }
            }
        }
    }

    private Outcome attempt(Optional<ServerInfo> leader, String method, RequestFacts facts, byte[] body)
            throws RpcException, InterruptedException {
        if (leader.isEmpty()) {
            return new Outcome.Failed(NO_LEADER, Effect.NONE);
        }
        if (!peers.routes().tracks(leader.get())) {
            LOG.log(WARNING, () -> LEADER_NOT_TRACKED + ": " + leader.get());
            throw new RpcException(LEADER_NOT_TRACKED);
        }
        return call(leader.get(), method, facts, body);
    }

    private Outcome call(ServerInfo server, String method, RequestFacts facts, byte[] body)
            throws RpcException, InterruptedException {
        if (!facts.blocks()) {
            return peers.servers().call(server, method, body, peers.callTimeout().get());
        }
        Duration timeout = facts.blockingTime(queryTimes).plus(peers.holdTimeout());
        return stay.whileHere(() -> peers.servers().call(server, method, body, timeout));
    }

    /// A write is made again only when it cannot have been applied.
    private static boolean isRetryable(String error, RequestFacts facts) {
        return error.contains(NO_LEADER) || error.contains(RESUBMIT) || error.contains(RETRY_LATER)
                || facts.isRead() && isEnd(error);
    }

    /// Whether a connection ended, here or on the way behind the other server.
    private static boolean isEnd(String error) {
        return error.equals("EOF") || error.endsWith(": EOF") || error.contains("stream closed")
                || error.contains("session shutdown");
    }

    /// Deviation: Consul gives up where the connection to the leader was refused, reset or lost otherwise than by an
    /// orderly end. What could not be sent to a server that leads no more is sent to the next leader, and a read that was
    /// sent is sent again.
    private boolean isSafe(Effect effect, RequestFacts facts, Optional<ServerInfo> leader) {
        return switch (effect) {
            case NONE -> !consensus.leader().map(ServerInfo::address).equals(leader.map(ServerInfo::address));
            case UNKNOWN -> facts.isRead();
            case REFUSED -> false;
        };
    }

    /// Finds the server that streams a datacenter's events.
    ///
    /// @param wanted which datacenter; empty for this one
    /// @return its server; empty when this one does, as any that has heard of a leader
    /// @throws RpcException when there is none
    public Optional<ServerInfo> streamFrom(String wanted) throws RpcException {
        if (isHere(wanted)) {
            if (!consensus.isLeader() && consensus.statistics().lastContact().isEmpty()) {
                throw new RpcException(NO_LEADER);
            }
            return Optional.empty();
        }
        return switch (peers.routes().route(wanted)) {
            case Route.Unknown() -> throw new RpcException(NO_PATH);
            case Route.Unreachable() -> throw new RpcException(NO_SERVER_REACHABLE);
            case Route.To(ServerInfo server) -> {
                acrossDatacenters.increment();
                yield Optional.of(server);
            }
        };
    }

    /// Takes note that a stream went wrong.
    /// @param server where from
    /// @param why    what went wrong
    public void streamFailed(ServerInfo server, Outcome.Failed why) {
        peers.routes().failed(server, why);
    }

    /// {@return the other datacenters that are known, nearest first}
    public List<String> otherDatacenters() {
        return peers.routes().datacenters();
    }

    /// {@return how many calls were made to other datacenters (`rpc.cross-dc`)}
    public long acrossDatacenters() {
        return acrossDatacenters.sum();
    }
}
