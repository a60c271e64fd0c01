package dev.proconsul.rpc.endpoints;

import java.time.Duration;

/// How long blocking queries wait.
///
/// @param unspecified when the query does not say. Default 300 s (`default_query_time`)
/// @param maximum     at most. Default 600 s (`max_query_time`)
public record QueryTimes(Duration unspecified, Duration maximum) {
    /// Consul's defaults.
    public static final QueryTimes DEFAULT = new QueryTimes(Duration.ofSeconds(300), Duration.ofSeconds(600));

    /// {@return how long a query waits, before jitter}
    /// @param asked what the query says; zero or less for nothing
    public Duration waitFor(Duration asked) {
        if (!asked.isPositive()) {
            return unspecified;
        }
        return asked.compareTo(maximum) > 0 ? maximum : asked;
    }
}
