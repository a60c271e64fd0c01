package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.Refusal;
import dev.proconsul.rpc.api.RouterObserver;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The connections that have not said yet what they are: no first byte, or a TLS handshake that is not over. Holds their
/// number down. When there are too many, the oldest gives way: a peer that means it is through within milliseconds, so
/// the oldest is the one that does not.
///
/// Each is known by the thread that serves it, because the connection that comes out of TLS is another than the one
/// that went in. It stays until its protocol is known: told as observer of the router, before the observer behind.
///
/// Threads: any.
final class Lobby implements RouterObserver {
    private static final System.Logger LOG = System.getLogger("agent.server.rpc");
    /// How many connections may wait here for each TLS handshake that may be half open. One that waits costs a sleeping
    /// virtual thread and the kernel's socket, some kilobytes; one that shakes hands an engine and its buffers.
    static final int PLACES_PER_HANDSHAKE = 8;

    private final int places;
    private final RouterObserver next;
    private final LogLimit logLimit = new LogLimit(1, System::nanoTime);
    private final LongAdder evicted = new LongAdder();
    private final Map<Thread, Connection> waiting = new LinkedHashMap<>(); // guarded by itself

    /// @param places how many may wait, 1 or more
    /// @param next   told of everything
    Lobby(int places, RouterObserver next) {
        this.places = places;
        this.next = next;
    }

    /// Lets a connection in, which this thread serves; to be let out by [#leave], whatever happens.
    void enter(Connection connection) {
        Connection oldest = null;
        synchronized (waiting) {
            if (waiting.size() >= places) {
                oldest = takeOldest(waiting.values().iterator());
            }
            waiting.put(Thread.currentThread(), connection);
        }
        if (oldest != null) {
            giveWay(oldest);
        }
    }

    private void giveWay(Connection oldest) {
        evicted.increment();
        if (logLimit.pass()) {
            LOG.log(WARNING, () -> "ended a connection that had not said what it is, because " + places
                    + " of them wait: " + oldest + logLimit.omitted());
        }
        oldest.abort();
    }

    private static @Nullable Connection takeOldest(Iterator<Connection> all) {
        var oldest = all.next();
        all.remove();
        return oldest;
    }

    /// Lets the connection out that this thread serves, if it is still here.
    void leave() {
        synchronized (waiting) {
            waiting.remove(Thread.currentThread());
        }
    }

    int size() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    long evicted() {
        return evicted.sum();
    }

    @Override
    public void entered(Protocol protocol, Connection connection) {
        switch (protocol) {
            case TLS, TLS_INSECURE, NATIVE_TLS -> {} // a handshake is still to come
            case RPC, RAFT, MULTIPLEX_V1, MULTIPLEX, SNAPSHOT, GOSSIP, GRPC, RAFT_FORWARDING, WAN_GOSSIP_PACKET,
                    WAN_GOSSIP_STREAM -> leave();
        }
        next.entered(protocol, connection);
    }

    @Override
    public void refused(Refusal refusal, Connection connection) {
        next.refused(refusal, connection);
    }
}
