package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/// As many lanes as processors. Streams of a connection share one: they would else wait for each other inside gRPC.
public final class Lanes {
    private final Lane[] lanes;

    /// Makes lanes in which nobody waits.
    public Lanes() {
        lanes = IntStream.range(0, Runtime.getRuntime().availableProcessors()).mapToObj(_ -> new Lane())
                .toArray(Lane[]::new);
    }

    /// The lane for a call of a connection.
    Lane of(Attributes connection) {
        int hash = Objects.hashCode(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        return lanes[Math.floorMod(hash, lanes.length)];
    }

    /// {@return an executor for what gRPC writes to connections: streams told of the same change write together}
    /// @param threads runs each task on a thread of its own
    public static Executor gathering(Executor threads) {
        return Lane.gathering(threads);
    }
}
