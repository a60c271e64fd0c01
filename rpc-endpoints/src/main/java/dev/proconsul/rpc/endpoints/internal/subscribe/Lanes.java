package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/// As many lanes as processors. Streams of a connection share one: they would else wait for each other inside gRPC.
public final class Lanes {
    /// Of 2^32, odd: multiples of it are spread evenly. Source: Knuth, The Art of Computer Programming, 6.4.
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final Lane[] lanes;

    /// Makes lanes in which nobody waits.
    public Lanes() {
        this(Runtime.getRuntime().availableProcessors());
    }

    Lanes(int count) {
        lanes = IntStream.range(0, count).mapToObj(_ -> new Lane()).toArray(Lane[]::new);
    }

    /// The lane for a call of a connection. The lowest bits of an address do not tell connections apart: Linux gives
    /// them even ports only.
    Lane of(Attributes connection) {
        int hash = Objects.hashCode(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)) * GOLDEN_RATIO;
        return lanes[(int) (Integer.toUnsignedLong(hash) * lanes.length >>> Integer.SIZE)];
    }

    /// {@return an executor for what gRPC writes to connections: streams told of the same change write together}
    /// @param threads runs each task on a thread of its own
    public static Executor gathering(Executor threads) {
        return Lane.gathering(threads);
    }
}
