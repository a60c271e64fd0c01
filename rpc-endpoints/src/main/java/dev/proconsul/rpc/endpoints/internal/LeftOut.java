package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.structs.Method;
import java.util.Map;
import java.util.Optional;

/// Methods that this server does not have, and why. They are answered as Consul answers a method that it does not have.
///
/// `docs/endpoints.md` is made from this and from the methods that are served; a test holds all three together.
final class LeftOut {
    private static final Map<String, String> METHODS = Map.ofEntries(
            Map.entry("AutoConfig.InitialConfiguration",
                    "trades JWTs for the settings of agents, which this server does "
                    + "not keep; behind type byte 7 it says `Auto Config is disabled`"),
            Map.entry("ConnectCA.SignIntermediate", "signs for other datacenters, of which there are none"),
            Map.entry("FederationState.Apply", "written by servers of other datacenters, of which there are none"),
            Map.entry("Internal.AssignManualServiceVIPs", "virtual addresses are not given out"));

    private LeftOut() {}

    /// Why a method is left out; empty when it is not.
    static Optional<String> reason(Method<?, ?> method) {
        return Optional.ofNullable(METHODS.get(method.name()));
    }
}
