package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Ends sessions that are not renewed in time. Only the leader has timers; a new one gives every session its full time.
///
/// A session lives twice as long as it says: its holder counts from an earlier moment, and must notice first.
///
/// Threads: any. Source: Consul `agent/consul/session_ttl.go`.
final class SessionTimers implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server");
    private static final int MULTIPLIER = 2;
    private static final int ATTEMPTS = 6;
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Host host;

    // Guarded by this.
    private final Map<String, Time.Timer> timers = new HashMap<>();
    private boolean leading;

    SessionTimers(Host host) {
        this.host = host;
    }

    /// Gives a session its full time, from now.
    synchronized void restart(Session session) {
        var ttl = ttlOf(session);
        if (leading && ttl.isPositive()) {
            schedule(session.id(), ttl.multipliedBy(MULTIPLIER), 1);
        }
    }

    /// Lets a session be that has ended otherwise.
    synchronized void stop(String id) {
        var timer = timers.remove(id);
        if (timer != null) {
            timer.cancel();
        }
    }

    private synchronized void schedule(String id, Duration delay, int attempt) {
        stop(id);
        if (leading) {
            timers.put(id, host.time().after(delay, () -> end(id, attempt)));
        }
    }

    private void end(String id, int attempt) {
        synchronized (this) {
            timers.remove(id);
        }
        if (SessionReads.get(host.store().current(), id).value().isEmpty()) {
            return;
        }
        try {
            host.apply(Commands.SESSION, SessionRequest.ZERO.withDatacenter(host.datacenter())
                    .withOp(SessionOp.DESTROY).withSession(Session.ZERO.withId(id)));
        } catch (RpcException | RuntimeException e) {
            LOG.log(WARNING, () -> "failed to end session " + id + ", attempt " + attempt + ": " + e.getMessage());
            if (attempt < ATTEMPTS) {
                schedule(id, PAUSE.multipliedBy(1L << (attempt - 1)), attempt + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    /// How long a session says that it lives; zero for ever.
    private static Duration ttlOf(Session session) {
        try {
            return session.ttl().isEmpty() ? Duration.ZERO : GoDurations.parse(session.ttl());
        } catch (RpcException e) {
            return Duration.ZERO; // was checked when it was made, by whatever server that was
        }
    }

    @Override
    public synchronized void lead() {
        leading = true;
        SessionReads.list(host.store().current()).value().forEach(this::restart);
    }

    @Override
    public synchronized void follow() {
        leading = false;
        timers.values().forEach(Time.Timer::cancel);
        timers.clear();
    }

    synchronized int size() {
        return timers.size();
    }
}
