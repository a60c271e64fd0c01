package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerInfo;
import java.time.Duration;
import java.util.Optional;

/// A server, and how it fares, at one moment.
///
/// @param server   which
/// @param area     where it was met
/// @param health   whether calls go to it
/// @param failures how many calls and pings in a row it has failed, 0 or more
/// @param retryIn  how long it is left alone after a failure; zero when it is not
/// @param rtt      how long the last ping took; empty before the first that was answered
/// @param problem  what the last failure was; empty after a success
public record KnownServer(
        ServerInfo server,
        Area area,
        Health health,
        int failures,
        Duration retryIn,
        Optional<Duration> rtt,
        Optional<String> problem) {
    /// Whether calls go to a server.
    public enum Health {
        /// It has neither answered nor failed yet.
        UNKNOWN,
        /// It has answered the last call.
        PASSING,
        /// It has failed the last call; others are preferred until it answers a ping.
        FAILING
    }
}
