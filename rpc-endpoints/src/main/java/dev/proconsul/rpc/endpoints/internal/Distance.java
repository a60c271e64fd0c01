package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.CoordinateTable;
import dev.proconsul.rpc.structs.Coord;
import dev.proconsul.rpc.structs.QuerySource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How far nodes are from the one that asks, as round trip times.
///
/// Source: Consul `agent/consul/rtt.go`, `lib/rtt.go`; serf `coordinate/coordinate.go`.
final class Distance {
    private Distance() {}

    /// Sorts rows by the distance of their nodes from a source, the nearest first. Rows of nodes that are nowhere come
    /// last; without a source, or one that is nowhere or in another datacenter, the order stays.
    static <R> List<R> sort(Reader state, String datacenter, QuerySource source, List<R> rows,
            Function<? super R, String> nodeOf) {
        if (source.node().isEmpty() || !source.datacenter().equals(datacenter) || rows.size() < 2) {
            return rows;
        }
        var origin = coordinates(state, source.node());
        if (origin.isEmpty()) {
            return rows;
        }
        var distances = new HashMap<String, Double>();
        for (var row : rows) {
            distances.computeIfAbsent(nodeOf.apply(row), node -> between(origin, coordinates(state, node)));
        }
        return rows.stream().sorted(Comparator.comparingDouble(row -> distances.getOrDefault(nodeOf.apply(row),
                Double.POSITIVE_INFINITY))).toList();
    }

    /// By segment. Nobody is woken by a node that moves.
    private static Map<String, Coord> coordinates(Reader state, String node) {
        var bySegment = new HashMap<String, Coord>();
        for (var row : state.unwatched().under(CoordinateTable.BY_NODE, Keys.of(node))) {
            var coord = row.coord();
            if (coord != null) {
                bySegment.put(row.segment(), coord);
            }
        }
        return bySegment;
    }

    /// A node with one segment may be a client that knows no other; servers are in all of them.
    private static double between(Map<String, Coord> one, Map<String, Coord> other) {
        var segment = one.size() == 1 ? one.keySet().iterator().next()
                : other.size() == 1 ? other.keySet().iterator().next() : "";
        return between(one.get(segment), other.get(segment));
    }

    /// In seconds; infinite when one of them is nowhere, or they are of different spaces.
    static double between(@Nullable Coord one, @Nullable Coord other) {
        if (one == null || other == null || one.vec().size() != other.vec().size()) {
            return Double.POSITIVE_INFINITY;
        }
        double squares = 0;
        for (int i = 0; i < one.vec().size(); i++) {
            double step = one.vec().get(i) - other.vec().get(i);
            squares += step * step;
        }
        double raw = Math.sqrt(squares) + one.height() + other.height();
        double adjusted = raw + one.adjustment() + other.adjustment();
        return adjusted > 0 ? adjusted : raw;
    }
}
