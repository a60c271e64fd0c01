package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.Refusal;
import dev.proconsul.rpc.api.RouterObserver;
import dev.proconsul.rpc.endpoints.ConversationObserver;
import java.lang.System.Logger;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts and logs what happens on the port, under Consul's names where Consul has one. Any thread.
final class Counters implements RouterObserver, ConversationObserver {
    private static final Logger LOG = System.getLogger("agent.server.rpc");

    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder requestErrors = new LongAdder();
    private final LongAdder inFlight = new LongAdder();
    private final Map<Protocol, LongAdder> entered = new EnumMap<>(Protocol.class);
    private final Map<Refusal.Kind, LongAdder> refused = new EnumMap<>(Refusal.Kind.class);
    private final LogLimit logLimit = new LogLimit(System::nanoTime);
    private final LogLimit errorLimit = new LogLimit(System::nanoTime);
    private final LogLimit faultLimit = new LogLimit(System::nanoTime);

    Counters() {
        for (var protocol : Protocol.values()) {
            entered.put(protocol, new LongAdder());
        }
        for (var kind : Refusal.Kind.values()) {
            refused.put(kind, new LongAdder());
        }
    }

    void accepted() {
        accepted.increment();
    }

    void rejected() {
        rejected.increment();
    }

    @Override
    public void entered(Protocol protocol, Connection connection) {
        count(entered, protocol);
    }

    @Override
    public void refused(Refusal refusal, Connection connection) {
        count(refused, refusal.kind());
        if (logLimit.pass()) {
            var level = switch (refusal.kind()) {
                case CLEAR_TEXT, NOT_A_SERVER -> WARNING;
                case NO_FIRST_BYTE, UNKNOWN_BYTE, NESTED_TLS, NOT_SERVED, UNKNOWN_ALPN -> ERROR;
            };
            LOG.log(level, () -> refusal.message() + ": " + connection + logLimit.omitted());
        }
    }

    @Override
    public void begun(String method) {
        inFlight.increment();
    }

    @Override
    public void ended(String method, long nanos, boolean errored) {
        inFlight.decrement();
        requests.increment();
    }

    @Override
    public void failed(Connection connection, String reason) {
        requestErrors.increment();
        if (errorLimit.pass()) {
            LOG.log(ERROR, () -> "RPC error: " + reason + ": " + connection + errorLimit.omitted());
        }
    }

    @Override
    public void faulted(Connection connection, String method, Throwable fault) {
        if (faultLimit.pass()) {
            LOG.log(ERROR, () -> method + " failed by a fault of this server: " + connection + faultLimit.omitted(),
                    fault);
        }
    }

    /// {@return how many requests are being answered at this moment}
    long requestsInFlight() {
        return inFlight.sum();
    }

    /// {@return every counter by name}
    Map<String, Long> snapshot() {
        var all = new TreeMap<String, Long>();
        all.put("rpc.accept_conn", accepted.sum());
        all.put("rpc.reject_conn", rejected.sum());
        all.put("rpc.request", requests.sum());
        all.put("rpc.request_error", requestErrors.sum());
        entered.forEach((protocol, count) -> all.put("rpc.entered." + protocol.name().toLowerCase(), count.sum()));
        all.put("rpc.raft_handoff", all.getOrDefault("rpc.entered.raft", 0L));
        refused.forEach((kind, count) -> all.put("rpc.refused." + kind.name().toLowerCase(), count.sum()));
        return all;
    }

    private static <K> void count(Map<K, LongAdder> counts, K key) {
        var count = counts.get(key);
        if (count == null) {
            LOG.log(DEBUG, () -> "no counter for " + key);
            return;
        }
        count.increment();
    }
}
