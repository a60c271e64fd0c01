package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.GoDurations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the settings of the built-in authority say.
///
/// @param leafTtl      how long its certificates are valid
/// @param rootTtl      how long a new root is valid
/// @param certificate  root to use instead of one of its own making, PEM; empty for none
/// @param key          its key
/// @param maxPerSecond signatures in a second; 0 for no limit
///
/// Source: Consul `agent/structs/connect_ca.go`, `CommonCAProviderConfig`.
record CaSettings(Duration leafTtl, Duration rootTtl, String certificate, String key, double maxPerSecond) {
    static final Duration SHORTEST_LEAF = Duration.ofHours(1);
    private static final Duration LEAF = Duration.ofHours(72);
    private static final Duration ROOT = Duration.ofHours(87_600);
    private static final double PER_SECOND = 50;

    /// What a new authority has.
    static final Map<String, @Nullable Object> DEFAULTS =
            Map.of("LeafCertTTL", "72h", "IntermediateCertTTL", "8760h");

    static CaSettings of(Map<String, @Nullable Object> config) throws RpcException {
        var settings = new CaSettings(duration(config, "LeafCertTTL").orElse(LEAF),
                duration(config, "RootCertTTL").orElse(ROOT), text(config, "RootCert"), text(config, "PrivateKey"),
                config.get("CSRMaxPerSecond") instanceof Number number ? number.doubleValue() : PER_SECOND);
        Mesh.unless(settings.leafTtl.compareTo(SHORTEST_LEAF) >= 0,
                "leaf cert TTL must be greater or equal than 1h0m0s");
        Mesh.unless(settings.certificate.isEmpty() == settings.key.isEmpty(),
                "must provide both RootCert and PrivateKey, or neither");
        return settings;
    }

    private static String text(Map<String, @Nullable Object> config, String key) {
        return config.get(key) instanceof String text ? text : "";
    }

    private static Optional<Duration> duration(Map<String, @Nullable Object> config, String key) throws RpcException {
        return switch (config.get(key)) {
            case null -> Optional.empty();
            case Number nanos -> Optional.of(Duration.ofNanos(nanos.longValue()));
            case String text when text.isEmpty() -> Optional.empty();
            case String text -> Optional.of(GoDurations.parse(text));
            default -> throw new RpcException(key + " must be a duration, as \"72h\"");
        };
    }
}
