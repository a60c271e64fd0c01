package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds the number of half-open handshakes down. When there are too many, the oldest gives way: a peer that means it
/// is through within milliseconds, so the oldest is the one that does not. Any thread.
public final class HandshakeGate {
    private final int limit;
    private final TlsObserver observer;
    private final Set<Connection> halfOpen = new LinkedHashSet<>(); // guarded by itself

    /// Makes a gate.
    /// @param limit    how many handshakes may be half open, 1 or more
    /// @param observer told of those that give way
    public HandshakeGate(int limit, TlsObserver observer) {
        this.limit = limit;
        this.observer = observer;
    }

    void enter(Connection carrier) {
        Connection oldest;
        synchronized (halfOpen) {
            oldest = halfOpen.size() < limit ? null : removeOldest();
            halfOpen.add(carrier);
        }
        if (oldest != null) {
            observer.evicted(oldest);
            oldest.abort();
        }
    }

    private @Nullable Connection removeOldest() {
        var all = halfOpen.iterator();
        var oldest = all.next();
        all.remove();
        return oldest;
    }

    void leave(Connection carrier) {
        synchronized (halfOpen) {
            halfOpen.remove(carrier);
        }
    }

    /// {@return how many handshakes are half open}
    public int size() {
        synchronized (halfOpen) {
            return halfOpen.size();
        }
    }
}
