package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.IndexedSessions;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.SessionSpecificRequest;
import dev.proconsul.rpc.structs.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The service `Session`: leases on locks, which end with their node, their checks or their time.
public final class SessionClient {
    private static final Duration LOCK_DELAY = Duration.ofSeconds(15);

    private final Ask ask;

    SessionClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public SessionClient with(CallOptions options) {
        return new SessionClient(ask.with(options));
    }

    /// {@return the identifier of a new session}
    /// @param session what it hangs on; its identifier is ignored
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public String create(Session session) throws CallException, InterruptedException {
        return apply(SessionOp.CREATE, session);
    }

    /// {@return the identifier of a new session that ends when it is not renewed in time, and with its node. Its locks
    /// are given back then, and cannot be taken for 15 s, as with the agents of Consul}
    /// @param node name of a registered node
    /// @param ttl  10 s to 24 h; the server may grant up to twice as much
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public String create(String node, Duration ttl) throws CallException, InterruptedException {
        return create(Session.ZERO.withNode(node).withTtl(ttl.toMillis() + "ms").withLockDelay(LOCK_DELAY));
    }

    /// Ends a session, if there is one.
    ///
    /// @param id of the session
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void destroy(String id) throws CallException, InterruptedException {
        apply(SessionOp.DESTROY, Session.ZERO.withId(id));
    }

    /// {@return a session; empty when there is none}
    /// @param id of the session
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<Session> get(String id) throws CallException, InterruptedException {
        return first(ask.read(Sessions.GET, session(id)));
    }

    /// Begins the time of a session anew.
    ///
    /// @return the session; empty when it has ended
    /// @param id of the session
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<Session> renew(String id) throws CallException, InterruptedException {
        return first(ask.read(Sessions.RENEW, session(id)));
    }

    /// {@return all sessions}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Session> list() throws CallException, InterruptedException {
        return ask.read(Sessions.LIST, session("")).sessions();
    }

    /// {@return the sessions of a node}
    /// @param node its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Session> ofNode(String node) throws CallException, InterruptedException {
        return ask.read(Sessions.NODE_SESSIONS, ask.node(node)).sessions();
    }

    /// {@return a watch of a session, empty once it has ended; to be closed by the caller}
    /// @param id of the session
    public Watch<Optional<Session>> watch(String id) {
        return ask.watch(Sessions.GET, session(id), SessionClient::first);
    }

    private String apply(SessionOp op, Session session) throws CallException, InterruptedException {
        return ask.call(Sessions.APPLY, new SessionRequest(ask.datacenter(), op, session, ask.write()));
    }

    private Ask.Question<SessionSpecificRequest> session(String id) {
        var request = SessionSpecificRequest.ZERO.withDatacenter(ask.datacenter()).withSessionID(id);
        return request::withQueryOptions;
    }

    private static Optional<Session> first(IndexedSessions reply) {
        return reply.sessions().stream().findFirst();
    }
}
