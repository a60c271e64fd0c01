package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.structs.ReadRequest;
import java.time.Duration;

/// How long an answer may take.
///
/// A blocking query has its waiting time, the server's jitter (a sixteenth of it) and a margin; anything else the
/// configured time.
///
/// Source: Consul `agent/pool/pool.go`, `agent/structs/structs.go` (`QueryOptions.BlockingTimeout`).
///
/// @param config timeouts
public record CallTimes(PoolConfig config) {
    private static final int JITTER_FRACTION = 16;

    /// {@return how long the answer to a request may take}
    /// @param request any
    public Duration of(Object request) {
        if (!(request instanceof ReadRequest read) || read.queryOptions().minQueryIndex() == 0) {
            return config.callTimeout();
        }
        return waiting(read.queryOptions().maxQueryTime());
    }

    /// {@return how long the answer to a blocking query may take}
    /// @param asked its waiting time; zero or less for the default
    public Duration waiting(Duration asked) {
        if (!asked.isPositive()) {
            return blocking(config.defaultQueryTime());
        }
        return blocking(asked.compareTo(config.maxQueryTime()) > 0 ? config.maxQueryTime() : asked);
    }

    private Duration blocking(Duration wait) {
        return wait.plus(wait.dividedBy(JITTER_FRACTION)).plus(config.holdTimeout());
    }
}
