package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.Protocols;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.OpaqueUpstreamConfig;
import dev.proconsul.rpc.structs.PeeredServiceName;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigRequest;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.UpstreamConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a service has set for the services that it calls, each as a map that proxies know how to read.
///
/// Source: Consul `agent/configentry/resolve.go`, `UpstreamConfig.MergeInto`.
final class UpstreamSettings {
    private static final String ALL = "*";

    private final Reader state;
    private final ServiceConfigRequest request;
    private final Optional<ProxyConfigEntry> proxies;
    private final Optional<UpstreamConfig> defaults;
    private final List<UpstreamConfig> overrides;

    UpstreamSettings(Reader state, ServiceConfigRequest request, Optional<ProxyConfigEntry> proxies,
            Optional<ServiceConfigEntry> own) {
        this.state = state;
        this.request = request;
        this.proxies = proxies;
        var configured = own.map(ServiceConfigEntry::upstreamConfig);
        defaults = configured.map(upstreams -> upstreams.defaults());
        overrides = configured.map(upstreams -> upstreams.overrides()).orElse(List.of());
    }

    boolean isDefault() {
        return list().isEmpty();
    }

    List<OpaqueUpstreamConfig> list() {
        Set<PeeredServiceName> names = new LinkedHashSet<>();
        if (defaults.isPresent()) {
            names.add(name(ALL, ""));
        }
        names.addAll(request.upstreamServiceNames());
        overrides.forEach(config -> names.add(name(config.name(), config.peer())));
        var list = new ArrayList<OpaqueUpstreamConfig>();
        for (var name : names) {
            Map<String, @Nullable Object> config = config(name);
            if (!config.isEmpty()) {
                list.add(OpaqueUpstreamConfig.ZERO.withUpstream(name).withConfig(config));
            }
        }
        list.sort(Comparator.comparing((OpaqueUpstreamConfig config) -> config.upstream().serviceName().name())
                .thenComparing(config -> config.upstream().peer()));
        return list.isEmpty() ? Nil.list() : list;
    }

    private static PeeredServiceName name(String service, String peer) {
        return new PeeredServiceName(new ServiceName(service), peer);
    }

    private Map<String, @Nullable Object> config(PeeredServiceName upstream) {
        Map<String, @Nullable Object> config = new TreeMap<>();
        var service = upstream.serviceName().name();
        boolean all = service.equals(ALL);
        if (!all && upstream.peer().isEmpty()) {
            protocol(service).ifPresent(protocol -> config.put("protocol", protocol));
        }
        defaults.ifPresent(value -> merge(config, value));
        if (!request.meshGateway().mode().isEmpty()) {
            config.put("mesh_gateway", Map.of("Mode", request.meshGateway().mode()));
        }
        if (!all) {
            overrides.stream().filter(o -> o.name().equals(service) && o.peer().equals(upstream.peer()))
                    .forEach(override -> merge(config, override));
        }
        return config;
    }

    private Optional<String> protocol(String service) {
        return ConfigEntryReads.serviceDefaults(state, service).map(ServiceConfigEntry::protocol)
                .filter(protocol -> !protocol.isEmpty())
                .or(() -> proxies.map(Protocols::ofAll).filter(protocol -> !protocol.isEmpty()));
    }

    private static void merge(Map<String, @Nullable Object> config, UpstreamConfig from) {
        put(config, "envoy_listener_json", from.envoyListenerJSON(), "");
        put(config, "envoy_cluster_json", from.envoyClusterJSON(), "");
        put(config, "protocol", from.protocol(), "");
        put(config, "balance_outbound_connections", from.balanceOutboundConnections(), "");
        put(config, "connect_timeout_ms", from.connectTimeoutMs(), 0L);
        if (!from.meshGateway().mode().isEmpty()) {
            config.put("mesh_gateway", Map.of("Mode", from.meshGateway().mode()));
        }
        var limits = from.limits();
        if (limits != null) {
            config.put("limits", fields("MaxConnections", limits.maxConnections(), "MaxPendingRequests",
                    limits.maxPendingRequests(), "MaxConcurrentRequests", limits.maxConcurrentRequests()));
        }
        var health = from.passiveHealthCheck();
        if (health != null) {
            var ejection = health.baseEjectionTime();
            config.put("passive_health_check", fields("Interval", health.interval().toNanos(), "MaxFailures",
                    health.maxFailures(), "EnforcingConsecutive5xx", health.enforcingConsecutive5xx(),
                    "MaxEjectionPercent", health.maxEjectionPercent(), "BaseEjectionTime",
                    ejection == null ? null : ejection.toNanos()));
        }
    }

    private static void put(Map<String, @Nullable Object> config, String key, Object value, Object nothing) {
        if (!value.equals(nothing)) {
            config.put(key, value);
        }
    }

    /// A struct in a map, with all its fields.
    private static Map<String, @Nullable Object> fields(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> fields = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
