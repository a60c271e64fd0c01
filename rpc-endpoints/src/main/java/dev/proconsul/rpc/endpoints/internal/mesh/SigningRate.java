package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Time;
import java.time.Duration;
import java.time.Instant;

/// Holds signatures to so many in a second: the others wait their turn, but not for long.
///
/// Threads: any.
///
/// Source: Consul `agent/consul/connect_ca_endpoint.go`, `agent/consul/server_connect.go`.
final class SigningRate {
    static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final Time time;
    private Instant next = Instant.MIN; // guarded by this

    SigningRate(Time time) {
        this.time = time;
    }

    void await(double perSecond) throws RpcException, InterruptedException {
        if (perSecond > 0) {
            Thread.sleep(turn(Duration.ofNanos((long) (Duration.ofSeconds(1).toNanos() / perSecond))));
        }
    }

    /// How long to wait for the next turn, which is taken.
    private synchronized Duration turn(Duration step) throws RpcException {
        var now = time.instant();
        var turn = next.isAfter(now) ? next : now;
        var wait = Duration.between(now, turn);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new RpcException("Rate limit reached, try again later");
        }
        next = turn.plus(step);
        return wait;
    }
}
