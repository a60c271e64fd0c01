package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RemoteServers;
import dev.proconsul.rpc.api.ServerRoutes;
import java.time.Duration;
import java.util.function.Supplier;

/// The other servers, of this datacenter and of others, and how long one waits for them. Immutable.
///
/// @param routes      which of them to ask
/// @param servers     reaches them
/// @param holdTimeout how long a call is held back while there is no leader, zero or more. Default 7 s
///                    (`performance.rpc_hold_timeout`)
/// @param callTimeout for the answer to a call that does not block, more than zero; a blocking query gets its waiting
///                    time and a margin instead; asked before each call, because it can be reloaded. Default 60 s
///                    (`limits.rpc_client_timeout`)
/// @param primary     the datacenter that decides for all of them on config entries, intentions and ACLs
///                    (`primary_datacenter`); empty when none does
public record Peers(ServerRoutes routes, RemoteServers servers, Duration holdTimeout,
        Supplier<Duration> callTimeout, String primary) {
    /// Consul's `performance.rpc_hold_timeout`.
    public static final Duration DEFAULT_HOLD_TIMEOUT = Duration.ofSeconds(7);
    /// Consul's `limits.rpc_client_timeout`.
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(60);

    /// There are none.
    public static final Peers NONE =
            new Peers(ServerRoutes.NONE, RemoteServers.NONE, DEFAULT_HOLD_TIMEOUT, () -> DEFAULT_CALL_TIMEOUT, "");
}
