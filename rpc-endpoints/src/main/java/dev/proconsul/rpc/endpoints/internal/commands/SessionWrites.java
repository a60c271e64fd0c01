package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.endpoints.internal.tables.SessionCheck;
import dev.proconsul.rpc.endpoints.internal.tables.SessionCheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceCheck;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/// Beginning and end of sessions.
///
/// A session begins on a node that is there, and with checks that are there and not critical. It ends with its node, or
/// when one of its checks is removed or becomes critical. The end of a session frees every key that it holds, by its
/// behaviour: `release` clears the holder and keeps the lock index, `delete` removes the key and leaves a tombstone.
/// Either way the key cannot be locked again for the session's lock delay, at most [#MAX_LOCK_DELAY]. Prepared queries
/// that are bound to it go with it.
///
/// Source: Consul `agent/consul/state/session.go`.
final class SessionWrites {
    /// However long a lock delay was asked for, it is no longer than this.
    static final Duration MAX_LOCK_DELAY = Duration.ofSeconds(60);

    private static final String CRITICAL = "critical";

    private SessionWrites() {}

    /// The id as a String after a `create`, nothing after a `destroy`, also of an unknown session.
    static Object apply(Transaction state, SessionRequest request) throws RpcException {
        return switch (request.op().name()) {
            case "create" -> create(state, request.session());
            case "destroy" -> {
                var stored = state.get(SessionTable.BY_ID, Keys.of(request.session().id()));
                if (stored != null) {
                    end(state, stored);
                }
                yield Nothing.NOTHING;
            }
            default -> throw new RpcException("Invalid Session operation '" + request.op().name() + "'");
        };
    }

    private static Object create(Transaction state, Session sent) throws RpcException {
        if (sent.id().isEmpty()) {
            throw new RpcException("Missing session ID");
        }
        var behavior = sent.behavior().name().isEmpty() ? SessionBehavior.RELEASE : sent.behavior();
        if (!behavior.equals(SessionBehavior.RELEASE) && !behavior.equals(SessionBehavior.DELETE)) {
            throw new RpcException("Invalid session behavior: " + behavior.name());
        }
        if (state.get(NodeTable.BY_NAME, Keys.of(sent.node())) == null) {
            throw new RpcException("Missing node registration");
        }
        for (var checkId : checksOf(sent)) {
            var check = state.get(CheckTable.BY_ID, Keys.of(sent.node(), checkId));
            if (check == null) {
                throw new RpcException("Missing check '" + checkId + "' registration");
            }
            if (check.status().equals(CRITICAL)) {
                throw new RpcException("Check '" + checkId + "' is in " + CRITICAL + " state");
            }
        }
        state.put(SessionTable.TABLE,
                sent.withBehavior(behavior).withRaftIndex(new RaftIndex(state.index(), state.index())));
        for (var checkId : checksOf(sent)) {
            state.put(SessionCheckTable.TABLE, new SessionCheck(sent.node(), checkId, sent.id()));
        }
        return sent.id();
    }

    /// Ends a session, whatever the reason.
    static void end(Transaction state, Session stored) throws RpcException {
        forget(state, stored);
        var delay = stored.lockDelay().compareTo(MAX_LOCK_DELAY) < 0 ? stored.lockDelay() : MAX_LOCK_DELAY;
        if (delay.isPositive()) {
            state.under(KvTable.BY_SESSION, Keys.of(stored.id())).forEach(held -> state.delayLock(held.key(), delay));
        }
        KvWrites.release(state, stored.id(), stored.behavior().equals(SessionBehavior.DELETE));
        for (var query : Rows.list(state.under(PreparedQueryTable.BY_SESSION, Keys.of(stored.id())))) {
            state.delete(PreparedQueryTable.TABLE, query);
        }
    }

    /// Removes a session and nothing else. Its keys stay locked by it.
    static void forget(Transaction state, Session stored) throws RpcException {
        state.delete(SessionTable.TABLE, stored);
        for (var bound : Rows.list(state.under(SessionCheckTable.BY_SESSION, Keys.of(stored.id())))) {
            state.delete(SessionCheckTable.TABLE, bound);
        }
    }

    /// Ends all sessions of a node.
    static void endOnNode(Transaction state, String node) throws RpcException {
        for (var session : Rows.list(state.under(SessionTable.BY_NODE, Keys.of(node)))) {
            end(state, session);
        }
    }

    /// Ends all sessions that are bound to a check.
    static void endWithCheck(Transaction state, String node, String checkId) throws RpcException {
        for (var session : SessionReads.boundTo(state, node, checkId)) {
            end(state, session);
        }
    }

    static Set<String> checksOf(Session session) {
        var checks = new LinkedHashSet<String>(session.checks());
        checks.addAll(session.nodeChecks());
        session.serviceChecks().stream().map(ServiceCheck::id).forEach(checks::add);
        return checks;
    }
}
