package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.Upstream;
import java.util.HashSet;
import java.util.Set;

/// What an instance of a service must be like before it is registered.
///
/// Source: Consul `agent/structs/structs.go`, `NodeService.Validate`; `connect_proxy_config.go`, `Upstream.Validate`.
final class ServiceRules {
    private static final String CONNECT_PROXY = "connect-proxy";
    private static final Set<String> GATEWAYS =
            Set.of("mesh-gateway", "terminating-gateway", "ingress-gateway", "api-gateway");
    private static final Set<String> GATEWAYS_WITHOUT_PORT = Set.of("ingress-gateway", "api-gateway");
    private static final Set<String> EXPOSABLE = Set.of("http", "http2", "grpc");
    private static final String WILDCARD = "*";

    private ServiceRules() {}

    /// Lets an instance pass.
    static void check(NodeService service) throws RpcException {
        var problems = new Problems();
        boolean unreachable = service.port() == 0 && service.socketPath().isEmpty();
        if (service.kind().equals(CONNECT_PROXY)) {
            proxy(service, unreachable, problems);
        }
        if (GATEWAYS.contains(service.kind())) {
            gateway(service, problems);
        }
        sidecar(service, problems);
        problems.addIf(service.connect().nativeValue() && unreachable,
                "Port or SocketPath must be set for a Connect native service.");
        var locality = service.locality();
        problems.addIf(locality != null && locality.region().isEmpty() && !locality.zone().isEmpty(),
                "zone cannot be set without region");
        problems.throwIfAny();
    }

    private static void proxy(NodeService service, boolean unreachable, Problems problems) {
        var destination = service.proxy().destinationServiceName();
        problems.addIf(unreachable, "Port or SocketPath must be set for a connect-proxy");
        problems.addIf(destination.isBlank(),
                "Proxy.DestinationServiceName must be non-empty for Connect proxy services");
        problems.addIf(destination.equals(WILDCARD),
                "Proxy.DestinationServiceName must not be a wildcard for Connect proxy services");
        problems.addIf(service.connect().nativeValue(),
                "A Proxy cannot also be Connect Native, only typical services");
        upstreams(service.proxy(), problems);
        exposedPaths(service.proxy(), problems);
    }

    private static void upstreams(ConnectProxyConfig proxy, Problems problems) {
        var destinations = new HashSet<String>();
        var places = new HashSet<String>();
        for (var upstream : proxy.upstreams()) {
            upstream(upstream, problems);
            var key = upstream.destinationType() + ":" + upstream.destinationName()
                    + (upstream.datacenter().isEmpty() ? "" : "?dc=" + upstream.datacenter());
            problems.addIf(!isCentral(upstream) && !destinations.add(key),
                    "upstreams cannot contain duplicates of " + key);
            var place = upstream.localBindSocketPath().isEmpty()
                    ? (upstream.localBindAddress().isEmpty() ? "127.0.0.1" : upstream.localBindAddress())
                            + ":" + upstream.localBindPort()
                    : upstream.localBindSocketPath();
            problems.addIf(!isCentral(upstream) && !places.add(place), "upstreams cannot contain duplicates by local "
                    + "bind address and port or unix path; \"" + place + "\" is specified twice");
        }
    }

    private static boolean isCentral(Upstream upstream) {
        return upstream.centrallyConfigured();
    }

    private static void upstream(Upstream upstream, Problems problems) {
        var type = upstream.destinationType();
        if (!Set.of("", "service", "prepared_query").contains(type)) {
            problems.add("unknown upstream destination type: \"" + type + "\"");
            return;
        }
        problems.addIf(upstream.destinationName().isEmpty(), "upstream destination name cannot be empty");
        problems.addIf(upstream.destinationName().equals(WILDCARD) && !isCentral(upstream),
                "upstream destination name cannot be a wildcard");
        problems.addIf(!upstream.destinationPeer().isEmpty() && !upstream.datacenter().isEmpty(),
                "upstream cannot specify both destination peer and datacenter");
        boolean port = upstream.localBindPort() != 0;
        boolean socket = !upstream.localBindSocketPath().isEmpty();
        problems.addIf(!port && !socket && !isCentral(upstream),
                "upstream local bind port or local socket path must be defined and nonzero");
        problems.addIf((port || !upstream.localBindAddress().isEmpty()) && socket,
                "only one of upstream local bind port or local socket path can be defined and nonzero");
    }

    private static void exposedPaths(ConnectProxyConfig proxy, Problems problems) {
        var ports = new HashSet<Long>();
        for (var path : proxy.expose().paths()) {
            problems.addIf(path.path().isEmpty(), "expose.paths: empty path exposed");
            problems.addIf(path.listenerPort() != 0 && !ports.add(path.listenerPort()),
                    "expose.paths: duplicate listener ports exposed");
            problems.addIf(path.listenerPort() <= 0 || path.listenerPort() > 65_535,
                    "expose.paths: invalid listener port: " + path.listenerPort());
            problems.addIf(!path.protocol().isEmpty() && !EXPOSABLE.contains(path.protocol()),
                    "protocol '" + path.protocol() + "' not supported for path: " + path.path()
                            + ", must be in: [http http2 grpc]");
        }
    }

    private static void gateway(NodeService service, Problems problems) {
        var kind = service.kind();
        var proxy = service.proxy();
        problems.addIf(service.port() == 0 && !GATEWAYS_WITHOUT_PORT.contains(kind),
                "Port must be non-zero for a " + kind);
        problems.addIf(service.connect().sidecarService() != null, "A " + kind
                + " cannot have a sidecar service defined");
        notForGateway(!proxy.destinationServiceName().isEmpty(), "DestinationServiceName", kind, problems);
        notForGateway(!proxy.destinationServiceID().isEmpty(), "DestinationServiceID", kind, problems);
        notForGateway(!proxy.localServiceAddress().isEmpty(), "LocalServiceAddress", kind, problems);
        notForGateway(proxy.localServicePort() != 0, "LocalServicePort", kind, problems);
        notForGateway(!proxy.localServiceSocketPath().isEmpty(), "LocalServiceSocketPath", kind, problems);
        notForGateway(!proxy.upstreams().isEmpty(), "Upstreams", kind, problems);
    }

    private static void notForGateway(boolean set, String field, String kind, Problems problems) {
        problems.addIf(set, "The Proxy." + field + " configuration is invalid for a " + kind);
    }

    private static void sidecar(NodeService service, Problems problems) {
        var sidecar = service.connect().sidecarService();
        if (sidecar != null) {
            problems.addIf(!sidecar.id().isEmpty(),
                    "A SidecarService cannot specify an ID as this is managed by the agent");
            var connect = sidecar.connect();
            problems.addIf(connect != null && connect.sidecarService() != null,
                    "A SidecarService cannot have a nested SidecarService");
        }
    }
}
