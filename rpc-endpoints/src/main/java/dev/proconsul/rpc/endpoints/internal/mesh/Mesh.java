package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;

/// What the services of the mesh refuse.
final class Mesh {
    private Mesh() {}

    static void unless(boolean condition, String otherwise) throws RpcException {
        if (!condition) {
            throw new RpcException(otherwise);
        }
    }

    /// Before anything else, in a server that keeps no mesh.
    static <Q> Host.Precheck<Q> whileOff(Host host) {
        return _ -> requireOn(host);
    }

    static void requireOn(Host host) throws RpcException {
        unless(host.connect().enabled(), "Connect must be enabled in order to use this endpoint");
    }

    /// Whether services may talk to each other of which no intention says anything.
    static boolean allowsByDefault(Host host) {
        return host.connect().defaultAllow().orElse(!host.acl().enabled() || host.acl().allowByDefault());
    }
}
