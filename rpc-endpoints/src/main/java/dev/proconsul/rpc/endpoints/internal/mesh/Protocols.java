package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import java.util.Set;

/// The protocols that services speak.
final class Protocols {
    private static final String TCP = "tcp";
    private static final Set<String> HTTP = Set.of("http", "http2", "grpc");

    private Protocols() {}

    /// What all services speak of which nothing else is said; empty when nothing is said of all either.
    static String ofAll(ProxyConfigEntry proxies) {
        return !proxies.protocol().isEmpty() ? proxies.protocol()
                : proxies.config().get("protocol") instanceof String text ? text : "";
    }

    /// What a service speaks.
    static String of(Reader state, String service) {
        return ConfigEntryReads.serviceDefaults(state, service).map(ServiceConfigEntry::protocol)
                .filter(protocol -> !protocol.isEmpty())
                .or(() -> ConfigEntryReads.proxyDefaults(state).map(Protocols::ofAll).filter(p -> !p.isEmpty()))
                .orElse(TCP);
    }

    /// Whether requests can be told from each other.
    static boolean isHttp(String protocol) {
        return HTTP.contains(protocol);
    }
}
