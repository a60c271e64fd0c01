package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.CallRate;
import dev.proconsul.rpc.client.Time;

/// The tokens that attempts of calls take, see [CallRate]. Any thread.
///
/// Source: Consul `agent/consul/client.go`, which uses Go's `golang.org/x/time/rate`.
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final CallRate rate;
    private final Time time;

    // Guarded by this.
    private double tokens;
    private long filledAt;

    /// Makes a full bucket.
    /// @param rate how it is filled
    /// @param time the clock
    public TokenBucket(CallRate rate, Time time) {
        this.rate = rate;
        this.time = time;
        tokens = rate.burst();
        filledAt = time.nanoTime();
    }

    /// Takes a token for an attempt.
    /// @param server who is to be asked
    /// @throws CallException.NotSent when there is none; the text is Consul's
    public void take(ServerInfo server) throws CallException.NotSent {
        if (!rate.unlimited() && !taken()) {
            throw new CallException.NotSent("RPC rate limit exceeded", null, Reason.RATE_LIMITED, server);
        }
    }

    private synchronized boolean taken() {
        long now = time.nanoTime();
        tokens = Math.min(rate.burst(), tokens + (now - filledAt) / NANOS_PER_SECOND * rate.perSecond());
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
