package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.structs.NodeService;

/// An instance of a service, on its node.
///
/// @param node    name of the node
/// @param service the instance
public record ServiceRow(String node, NodeService service) {
    /// Kind of sidecar proxies.
    public static final String CONNECT_PROXY = "connect-proxy";

    /// {@return the service that the instance serves in the mesh; empty when it is not in the mesh}
    public String connectName() {
        if (service.kind().equals(CONNECT_PROXY)) {
            return service.proxy().destinationServiceName();
        }
        return service.connect().nativeValue() ? service.service() : "";
    }
}
