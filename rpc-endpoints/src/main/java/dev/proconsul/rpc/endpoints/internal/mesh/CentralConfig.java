package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.ExposeConfig;
import dev.proconsul.rpc.structs.MeshGatewayConfig;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.OpaqueUpstreamConfig;
import dev.proconsul.rpc.structs.PeeredServiceName;
import dev.proconsul.rpc.structs.ServiceConfigRequest;
import dev.proconsul.rpc.structs.ServiceConfigResponse;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.TransparentProxyConfig;
import dev.proconsul.rpc.structs.Upstream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts what config entries say into instances of proxies and gateways, for callers who ask for that
/// (`MergeCentralConfig`). What an instance says itself goes before it.
///
/// Source: Consul `agent/configentry/merge_service_config.go`.
public final class CentralConfig {
    private static final String PROXY = "connect-proxy";
    private static final Set<String> KINDS =
            Set.of(PROXY, "mesh-gateway", "terminating-gateway", "ingress-gateway", "api-gateway");
    private static final String MESH_GATEWAY = "mesh_gateway";
    private static final String DEFAULT = "default";
    private static final String TRANSPARENT = "transparent";

    private CentralConfig() {}

    /// {@return whether anything central is for an instance}
    /// @param instance the instance
    public static boolean concerns(NodeService instance) {
        return KINDS.contains(instance.kind());
    }

    /// {@return an instance with its node, after [#into(Reader, NodeService)]}
    /// @param state where
    /// @param row   the instance
    public static CheckServiceNode into(Reader state, CheckServiceNode row) {
        var instance = row.service();
        return instance == null ? row : row.withService(into(state, instance));
    }

    /// Puts what config entries say into an instance.
    /// @param state    where
    /// @param instance as it is registered
    /// @return the instance, changed if it is a proxy or a gateway
    public static NodeService into(Reader state, NodeService instance) {
        if (!concerns(instance)) {
            return instance;
        }
        var proxy = instance.proxy();
        boolean sidecar = instance.kind().equals(PROXY);
        var request = ServiceConfigRequest.ZERO
                .withName(sidecar ? proxy.destinationServiceName() : instance.service())
                .withMeshGateway(proxy.meshGateway()).withMode(proxy.mode())
                .withUpstreamServiceNames(sidecar ? named(proxy) : List.of());
        return instance.withProxy(into(proxy, new ServiceSettings(state, request).reply()));
    }

    private static List<PeeredServiceName> named(ConnectProxyConfig proxy) {
        return proxy.upstreams().stream().filter(CentralConfig::isService).map(CentralConfig::nameOf).toList();
    }

    private static boolean isService(Upstream upstream) {
        return upstream.destinationType().isEmpty() || upstream.destinationType().equals("service");
    }

    private static PeeredServiceName nameOf(Upstream upstream) {
        return new PeeredServiceName(new ServiceName(upstream.destinationName()), upstream.destinationPeer());
    }

    private static ConnectProxyConfig into(ConnectProxyConfig proxy, ServiceConfigResponse defaults) {
        var mode = proxy.mode().isEmpty() ? defaults.mode() : proxy.mode();
        return proxy
                .withConfig(into(proxy.config(), defaults.proxyConfig()))
                .withExpose(into(proxy.expose(), defaults.expose()))
                .withMeshGateway(proxy.meshGateway().mode().isEmpty() ? defaults.meshGateway() : proxy.meshGateway())
                .withMode(mode)
                .withMutualTLSMode(
                        proxy.mutualTLSMode().isEmpty() ? defaults.mutualTLSMode() : proxy.mutualTLSMode())
                .withTransparentProxy(into(proxy.transparentProxy(), defaults.transparentProxy()))
                .withAccessLogs(proxy.accessLogs().enabled() ? proxy.accessLogs() : defaults.accessLogs())
                .withEnvoyExtensions(defaults.envoyExtensions())
                .withUpstreams(upstreams(proxy.upstreams(), defaults.upstreamConfigs(), mode.equals(TRANSPARENT)));
    }

    private static ExposeConfig into(ExposeConfig own, ExposeConfig defaults) {
        return new ExposeConfig(own.checks() || defaults.checks(),
                own.paths().isEmpty() ? defaults.paths() : own.paths());
    }

    private static TransparentProxyConfig into(TransparentProxyConfig own, TransparentProxyConfig defaults) {
        return new TransparentProxyConfig(
                own.outboundListenerPort() == 0 ? defaults.outboundListenerPort() : own.outboundListenerPort(),
                own.dialedDirectly() || defaults.dialedDirectly());
    }

    /// Adds what is missing, also in maps within.
    private static Map<String, @Nullable Object> into(
            Map<String, @Nullable Object> own, Map<String, @Nullable Object> defaults) {
        if (defaults.isEmpty()) {
            return own;
        }
        Map<String, @Nullable Object> merged = new TreeMap<>(own);
        defaults.forEach((key, value) -> merged.merge(key, value, CentralConfig::inner));
        return merged;
    }

    @SuppressWarnings("unchecked") // maps of settings have texts as keys
    private static @Nullable Object inner(@Nullable Object own, @Nullable Object value) {
        return own instanceof Map<?, ?> a && value instanceof Map<?, ?> b
                ? into((Map<String, @Nullable Object>) a, (Map<String, @Nullable Object>) b) : own;
    }

    /// Those that only central settings name are added for transparent proxies, which reach every service.
    private static List<Upstream> upstreams(List<Upstream> own, List<OpaqueUpstreamConfig> central,
            boolean transparent) {
        if (central.isEmpty()) {
            return own;
        }
        var left = new LinkedHashMap<PeeredServiceName, OpaqueUpstreamConfig>();
        central.forEach(config -> left.put(config.upstream(), config));
        var merged = new ArrayList<Upstream>();
        for (var upstream : own) {
            var config = isService(upstream) ? left.remove(nameOf(upstream)) : null;
            merged.add(config == null ? upstream : into(upstream, config.config()));
        }
        if (transparent) {
            left.values().forEach(config -> merged.add(synthetic(config)));
        }
        return merged;
    }

    private static Upstream into(Upstream upstream, Map<String, @Nullable Object> config) {
        Map<String, @Nullable Object> merged = new TreeMap<>(into(upstream.config(), config));
        merged.remove(MESH_GATEWAY); // what servers have worked out, and not what holds for this upstream
        return upstream.withConfig(merged)
                .withMeshGateway(
                        upstream.meshGateway().mode().isEmpty() ? meshGateway(config) : upstream.meshGateway());
    }

    private static Upstream synthetic(OpaqueUpstreamConfig config) {
        return Upstream.ZERO.withDestinationNamespace(DEFAULT).withDestinationPartition(DEFAULT)
                .withDestinationPeer(config.upstream().peer())
                .withDestinationName(config.upstream().serviceName().name())
                .withConfig(config.config()).withMeshGateway(meshGateway(config.config()))
                .withCentrallyConfigured(true);
    }

    private static MeshGatewayConfig meshGateway(Map<String, @Nullable Object> config) {
        return config.get(MESH_GATEWAY) instanceof Map<?, ?> settings && settings.get("Mode") instanceof String mode
                ? new MeshGatewayConfig(mode) : MeshGatewayConfig.ZERO;
    }
}
