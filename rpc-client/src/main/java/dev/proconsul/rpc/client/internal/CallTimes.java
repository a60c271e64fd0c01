package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.ClientConfig;
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
record CallTimes(ClientConfig config) {
    private static final Duration DEFAULT_QUERY_TIME = Duration.ofSeconds(300);
    private static final Duration MAX_QUERY_TIME = Duration.ofSeconds(600);
    private static final int JITTER_FRACTION = 16;

    /// {@return how long the answer to a request may take}
    Duration of(Object request) {
        if (!(request instanceof ReadRequest read) || read.queryOptions().minQueryIndex() == 0) {
            return config.callTimeout();
        }
        var wait = read.queryOptions().maxQueryTime();
        if (!wait.isPositive()) {
            return blocking(DEFAULT_QUERY_TIME);
        }
        return blocking(wait.compareTo(MAX_QUERY_TIME) > 0 ? MAX_QUERY_TIME : wait);
    }

    /// {@return how long any call may take}
    Duration longest() {
        var blocking = blocking(MAX_QUERY_TIME);
        return blocking.compareTo(config.callTimeout()) > 0 ? blocking : config.callTimeout();
    }

    private Duration blocking(Duration wait) {
        return wait.plus(wait.dividedBy(JITTER_FRACTION)).plus(config.holdTimeout());
    }
}
