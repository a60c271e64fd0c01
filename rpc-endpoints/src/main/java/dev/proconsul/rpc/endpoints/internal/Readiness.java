package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.time.Duration;

/// Whether a leader has done what comes before its first consistent read. Threads: any.
///
/// Source: Consul `agent/consul/rpc.go`, `consistentRead`.
public final class Readiness {
    private static final int JITTER_FRACTION = 16;

    private final Stay stay;
    private final Duration holdTimeout;
    private volatile boolean ready;

    /// Makes one of a server that is not ready.
    /// @param stay        how long the server is there
    /// @param holdTimeout how long reads are held back for it
    public Readiness(Stay stay, Duration holdTimeout) {
        this.stay = stay;
        this.holdTimeout = holdTimeout;
    }

    /// Sets whether the server is ready.
    /// @param now whether it is
    public void set(boolean now) {
        ready = now;
    }

    /// Waits until the server is ready, looking now and then.
    /// @throws RpcException         when it is not in time
    /// @throws InterruptedException when the caller went away
    void await() throws RpcException, InterruptedException {
        if (ready) {
            return;
        }
        var interval = holdTimeout.dividedBy(JITTER_FRACTION);
        long deadline = stay.nanoTime() + holdTimeout.toNanos();
        while (interval.isPositive() && deadline - stay.nanoTime() > 0) {
            if (!stay.pause(interval)) {
                throw new RpcException("shutdown waiting for leader");
            }
            if (ready) {
                return;
            }
        }
        throw new RpcException("Not ready to serve consistent reads");
    }
}
