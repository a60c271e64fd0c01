package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.structs.IndexedSessions;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.SessionSpecificRequest;
import dev.proconsul.rpc.structs.Sessions;
import java.time.Duration;
import java.util.List;

/// The service `Session`.
///
/// Source: Consul `agent/consul/session_endpoint.go`.
public final class SessionEndpoint {
    private static final Duration MIN_TTL = Duration.ofSeconds(10);
    private static final Duration MAX_TTL = Duration.ofHours(24);

    private final Host host;
    private final SessionTimers timers;

    /// @param host   what it runs in
    /// @param timers end sessions that are not renewed
    SessionEndpoint(Host host, SessionTimers timers) {
        this.host = host;
        this.timers = timers;
    }

    /// {@return its methods}
    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Sessions.APPLY, this::apply),
                host.endpoint(Sessions.GET, this::get),
                host.endpoint(Sessions.LIST, this::list),
                host.endpoint(Sessions.NODE_SESSIONS, this::nodeSessions),
                host.endpoint(Sessions.RENEW, this::renew));
    }

    private String apply(SessionRequest request, Authorizer caller) throws RpcException, InterruptedException {
        if (request.op().equals(SessionOp.DESTROY) && request.session().id().isEmpty()) {
            throw new RpcException("Must provide ID");
        }
        if (request.op().equals(SessionOp.CREATE) && request.session().node().isEmpty()) {
            throw new RpcException("Must provide Node");
        }
        return switch (request.op().name()) {
            case "destroy" -> destroy(request, caller);
            case "create" -> create(request, caller);
            default -> throw new RpcException("Invalid session operation \"" + request.op().name() + "\"");
        };
    }

    private String destroy(SessionRequest request, Authorizer caller) throws RpcException, InterruptedException {
        var stored = SessionReads.get(host.store().current(), request.session().id()).value();
        if (stored.isPresent()) {
            caller.require(Resource.SESSION, Access.WRITE, stored.get().node());
            checked(request.session());
            host.apply(Commands.SESSION, request, "apply failed: ");
            timers.stop(stored.get().id());
        }
        return "";
    }

    private String create(SessionRequest request, Authorizer caller) throws RpcException, InterruptedException {
        caller.require(Resource.SESSION, Access.WRITE, request.session().node());
        var session = checked(request.session()).withId(host.chance().uuid());
        host.apply(Commands.SESSION, request.withSession(session), "apply failed: ");
        timers.restart(session);
        return session.id();
    }

    private static Session checked(Session session) throws RpcException {
        var behavior = session.behavior();
        if (!behavior.name().isEmpty() && !behavior.equals(SessionBehavior.RELEASE)
                && !behavior.equals(SessionBehavior.DELETE)) {
            throw new RpcException("Invalid Behavior setting '" + behavior.name() + "'");
        }
        if (!session.ttl().isEmpty()) {
            checkTtl(session.ttl());
        }
        return behavior.name().isEmpty() ? session.withBehavior(SessionBehavior.RELEASE) : session;
    }

    private static void checkTtl(String text) throws RpcException {
        Duration ttl;
        try {
            ttl = GoDurations.parse(text);
        } catch (RpcException e) {
            throw new RpcException("Session TTL '" + text + "' invalid: " + e.getMessage(), e);
        }
        if (!ttl.isZero() && (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0)) {
            throw new RpcException("Invalid Session TTL '" + ttl.toNanos() + "', must be between [10s=24h0m0s]");
        }
    }

    private IndexedSessions get(SessionSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Sessions.GET, request, caller, state -> {
            var found = SessionReads.get(state, idOf(request));
            if (found.value().isEmpty()) {
                return Result.notFound(found.index(), IndexedSessions.ZERO);
            }
            return result(new Indexed<>(found.index(), List.of(found.value().get())), caller);
        });
    }

    private IndexedSessions list(SessionSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Sessions.LIST, request, caller, state -> result(SessionReads.list(state), caller));
    }

    private IndexedSessions nodeSessions(NodeSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Sessions.NODE_SESSIONS, request, caller,
                state -> result(SessionReads.ofNode(state, request.node()), caller));
    }

    private static Result<IndexedSessions> result(Indexed<List<Session>> found, Authorizer caller) {
        var rows = found.value().isEmpty() ? Nil.<Session>list() : found.value();
        var allowed = Filtered.of(rows, session -> Readable.session(caller, session));
        return Result.found(found.index(), IndexedSessions.ZERO.withSessions(allowed.rows()))
                .filtered(allowed.removed());
    }

    private IndexedSessions renew(SessionSpecificRequest request, Authorizer caller) throws RpcException {
        var found = SessionReads.get(host.store().current(), idOf(request));
        var meta = IndexedSessions.ZERO.queryMeta().withIndex(found.index());
        if (found.value().isEmpty()) {
            return IndexedSessions.ZERO.withQueryMeta(meta);
        }
        var session = found.value().get();
        caller.require(Resource.SESSION, Access.WRITE, session.node());
        timers.restart(session);
        return IndexedSessions.ZERO.withSessions(List.of(session)).withQueryMeta(meta);
    }

    /// Older clients call the id `Session`.
    private static String idOf(SessionSpecificRequest request) {
        return request.sessionID().isEmpty() ? request.session() : request.sessionID();
    }
}
