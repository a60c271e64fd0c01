package dev.proconsul.rpc.server.internal;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the open connections of each client address, and says when there are too many. Any thread.
///
/// An address without open connections has no entry, so the table cannot outgrow the number of open sockets.
final class ConnectionsPerAddress {
    private final ConcurrentHashMap<InetAddress, Integer> open = new ConcurrentHashMap<>();
    private volatile int maximum;

    /// @param maximum of one address; 0 for no limit
    ConnectionsPerAddress(int maximum) {
        this.maximum = maximum;
    }

    /// Takes a place; to be given back by [#leave] if there was one.
    ///
    /// @return whether there was a place
    boolean enter(InetAddress address) {
        int now = open.merge(address, 1, Integer::sum);
        int limit = maximum;
        if (limit > 0 && now > limit) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        open.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    int maximum() {
        return maximum;
    }

    /// Changes the limit for connections to come; open ones stay.
    void maximum(int newMaximum) {
        maximum = newMaximum;
    }

    int addresses() {
        return open.size();
    }
}
