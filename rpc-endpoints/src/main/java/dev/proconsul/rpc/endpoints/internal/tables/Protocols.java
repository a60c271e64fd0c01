package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import java.util.Set;

/// The protocols that services speak.
public final class Protocols {
    private static final String TCP = "tcp";
    private static final Set<String> HTTP = Set.of("http", "http2", "grpc");

    private Protocols() {}

    /// {@return what all services speak of which nothing else is said; empty when nothing is said of all either}
    /// @param proxies the settings of all
    public static String ofAll(ProxyConfigEntry proxies) {
        return !proxies.protocol().isEmpty() ? proxies.protocol()
                : proxies.config().get("protocol") instanceof String text ? text : "";
    }

    /// {@return what a service speaks}
    /// @param state   where
    /// @param service its name
    public static String of(Reader state, String service) {
        return ConfigEntryReads.serviceDefaults(state, service).map(ServiceConfigEntry::protocol)
                .filter(protocol -> !protocol.isEmpty())
                .or(() -> ConfigEntryReads.proxyDefaults(state).map(Protocols::ofAll).filter(p -> !p.isEmpty()))
                .orElse(TCP);
    }

    /// {@return whether requests can be told from each other}
    /// @param protocol which
    public static boolean isHttp(String protocol) {
        return HTTP.contains(protocol);
    }
}
