package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.structs.EnvoyExtension;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigRequest;
import dev.proconsul.rpc.structs.ServiceConfigResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of a service: those of all proxies, and over them its own.
///
/// Source: Consul `agent/consul/merge_service_config.go`, `agent/configentry/resolve.go`.
final class ServiceSettings {
    private final ServiceConfigRequest request;
    private final Optional<ProxyConfigEntry> all;
    private final Optional<ServiceConfigEntry> own;
    private final UpstreamSettings upstreams;

    ServiceSettings(Reader state, ServiceConfigRequest request) {
        this.request = request;
        all = ConfigEntryReads.proxyDefaults(state);
        own = ConfigEntryReads.serviceDefaults(state, request.name());
        upstreams = new UpstreamSettings(state, request, all, own);
    }

    /// {@return whether nothing is set}
    boolean isDefault() {
        return all.isEmpty() && own.isEmpty() && upstreams.isDefault();
    }

    ServiceConfigResponse reply() {
        Map<String, @Nullable Object> config = new TreeMap<>();
        var reply = ServiceConfigResponse.ZERO;
        if (all.isPresent()) {
            config.putAll(all.get().config());
            if (!all.get().protocol().isEmpty()) {
                config.put("protocol", all.get().protocol());
            }
            reply = of(all.get());
        }
        if (own.isPresent()) {
            put(config, own.get());
            reply = over(reply, own.get());
        }
        return reply
                .withProxyConfig(all.isEmpty() && config.isEmpty() ? Nil.map() : config)
                .withUpstreamConfigs(upstreams.list());
    }

    private static ServiceConfigResponse of(ProxyConfigEntry all) {
        return ServiceConfigResponse.ZERO
                .withMode(all.mode())
                .withMutualTLSMode(all.mutualTLSMode())
                .withTransparentProxy(all.transparentProxy())
                .withMeshGateway(all.meshGateway())
                .withExpose(all.expose())
                .withEnvoyExtensions(all.envoyExtensions())
                .withAccessLogs(all.accessLogs());
    }

    private ServiceConfigResponse over(ServiceConfigResponse base, ServiceConfigEntry service) {
        var expose = base.expose();
        expose = service.expose().checks() ? expose.withChecks(true) : expose;
        expose = service.expose().paths().isEmpty() ? expose : expose.withPaths(service.expose().paths());
        var transparent = base.transparentProxy();
        transparent = service.transparentProxy().outboundListenerPort() == 0 ? transparent
                : transparent.withOutboundListenerPort(service.transparentProxy().outboundListenerPort());
        transparent = service.transparentProxy().dialedDirectly() ? transparent.withDialedDirectly(true) : transparent;
        List<EnvoyExtension> extensions = new ArrayList<>(base.envoyExtensions());
        extensions.addAll(service.envoyExtensions());
        var destination = service.destination();
        var limits = service.rateLimits();
        return base
                .withExpose(expose)
                .withTransparentProxy(transparent)
                .withMeshGateway(service.meshGateway().mode().isEmpty() ? base.meshGateway() : service.meshGateway())
                .withMode(service.mode().isEmpty() ? base.mode() : service.mode())
                .withMutualTLSMode(service.mutualTLSMode().isEmpty() ? base.mutualTLSMode() : service.mutualTLSMode())
                .withDestination(destination == null ? base.destination() : destination)
                .withRateLimits(limits == null ? base.rateLimits() : limits)
                .withMeta(service.meta())
                .withEnvoyExtensions(extensions.isEmpty() ? Nil.list() : extensions);
    }

    private static void put(Map<String, @Nullable Object> config, ServiceConfigEntry service) {
        if (!service.protocol().isEmpty()) {
            config.put("protocol", service.protocol());
        }
        if (!service.balanceInboundConnections().isEmpty()) {
            config.put("balance_inbound_connections", service.balanceInboundConnections());
        }
        putPositive(config, "max_inbound_connections", service.maxInboundConnections());
        putPositive(config, "local_connect_timeout_ms", service.localConnectTimeoutMs());
        putPositive(config, "local_request_timeout_ms", service.localRequestTimeoutMs());
    }

    private static void putPositive(Map<String, @Nullable Object> config, String key, long value) {
        if (value > 0) {
            config.put(key, value);
        }
    }

    @Override
    public String toString() {
        return "settings of " + request.name();
    }
}
