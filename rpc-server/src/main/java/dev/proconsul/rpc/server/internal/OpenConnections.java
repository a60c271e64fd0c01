package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The connections that are being served, so that a server can end them when it closes. Any thread.
final class OpenConnections {
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// @return whether the connection may be served; not when the server is closing
    boolean add(Connection connection) {
        open.add(connection);
        if (closed) {
            open.remove(connection);
            return false;
        }
        return true;
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    int size() {
        return open.size();
    }

    void abortAll() {
        closed = true;
        List.copyOf(open).forEach(Connection::abort);
    }
}
