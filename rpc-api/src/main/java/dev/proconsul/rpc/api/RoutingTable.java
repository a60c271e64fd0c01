package dev.proconsul.rpc.api;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/// One row for every protocol. Immutable.
public final class RoutingTable {
    private final Map<Protocol, Route> routes = new EnumMap<>(Protocol.class);

    private RoutingTable(Function<Protocol, Route> rowOf) {
        for (var protocol : Protocol.values()) {
            var route = rowOf.apply(protocol);
            if (route.protocol() != protocol) {
                throw new IllegalArgumentException("the row of " + protocol + " is one of " + route.protocol());
            }
            routes.put(protocol, route);
        }
    }

    /// Makes a table.
    ///
    /// @param rowOf gives the row of each protocol; best a `switch` without `default`
    /// @return the table
    /// @throws IllegalArgumentException when a row belongs to another protocol
    public static RoutingTable of(Function<Protocol, Route> rowOf) {
        return new RoutingTable(rowOf);
    }

    /// {@return the row of a protocol}
    /// @param protocol which
    public Route route(Protocol protocol) {
        var route = routes.get(protocol);
        if (route == null) {
            throw new AssertionError("no row for " + protocol);
        }
        return route;
    }

    /// {@return all rows, in the order of [Protocol]}
    public Collection<Route> routes() {
        return Collections.unmodifiableCollection(routes.values());
    }
}
