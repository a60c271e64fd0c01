package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsVersion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The keys that say what TLS is on the server port, and how they inherit: `tls.internal_rpc` from `tls.defaults`. The
/// keys of older versions stand at the top and mean one of the two; where both are given, the newer key wins.
///
/// Source: Consul `agent/config/builder.go`.
final class TlsKeys {
    private static final String DEFAULTS = "tls.defaults.";
    private static final String INTERNAL_RPC = "tls.internal_rpc.";
    private static final List<String> SETTINGS = List.of("ca_file", "ca_path", "cert_file", "key_file",
            "verify_incoming", "verify_outgoing", "verify_server_hostname", "tls_min_version", "tls_cipher_suites");
    private static final String DOMAIN = "domain";
    /// Older keys that mean a setting of `tls.internal_rpc`; the others at the top mean one of `tls.defaults`.
    private static final Map<String, String> OF_INTERNAL_RPC = Map.of(
            "verify_server_hostname", "verify_server_hostname", "verify_incoming_rpc", "verify_incoming");
    /// Go chooses by itself, and so does the JDK: accepted and without effect, as in newer Consul.
    private static final String PREFER_SERVER_SUITES = "tls_prefer_server_cipher_suites";

    private final Map<String, ConfigValue> values;

    private TlsKeys(Map<String, ConfigValue> values) {
        this.values = values;
    }

    /// {@return every key that is understood here}
    static List<String> names() {
        var all = new ArrayList<String>();
        SETTINGS.forEach(setting -> all.addAll(List.of(DEFAULTS + setting, INTERNAL_RPC + setting, setting)));
        all.addAll(List.of("verify_incoming_rpc", PREFER_SERVER_SUITES, DOMAIN));
        return all;
    }

    /// Applies them.
    ///
    /// @param values by key; others among them are passed over
    /// @param base   what they do not say
    /// @throws UsageError when a value is not understood
    static TlsConfig apply(Map<String, ConfigValue> values, TlsConfig base) throws UsageError {
        return new TlsKeys(new TreeMap<>(values)).over(base);
    }

    private TlsConfig over(TlsConfig base) throws UsageError {
        if (values.containsKey(PREFER_SERVER_SUITES)) {
            values.get(PREFER_SERVER_SUITES).bool();
        }
        var file = find("ca_file");
        var path = find("ca_path");
        var authorities = file.isPresent() ? PemSource.file(path(file.get()))
                : path.isPresent() ? PemSource.directory(path(path.get())) : base.authorities();
        var domain = values.get(DOMAIN);
        var config = base.withAuthorities(authorities)
                .withCertificate(source("cert_file", base.certificate()), source("key_file", base.key()))
                .withVerification(flag("verify_incoming", base.verifyIncoming()),
                        flag("verify_outgoing", base.verifyOutgoing()),
                        flag("verify_server_hostname", base.verifyServerHostname()))
                .withPlace(base.datacenter(), domain == null ? base.domain() : domain.text());
        return withProtocol(config);
    }

    private TlsConfig withProtocol(TlsConfig config) throws UsageError {
        var version = find("tls_min_version");
        var suites = find("tls_cipher_suites");
        try {
            return config.withProtocol(
                    version.isPresent() ? TlsVersion.of(version.get().text()) : config.minVersion(),
                    suites.isPresent() ? suites.get().commaList() : config.cipherSuites());
        } catch (IllegalArgumentException e) {
            var culprit = suites.isPresent() && String.valueOf(e.getMessage()).contains("tls_cipher_suites")
                    ? suites : version;
            throw culprit.orElseThrow().wrong(String.valueOf(e.getMessage()));
        }
    }

    private PemSource source(String setting, PemSource otherwise) throws UsageError {
        var value = find(setting);
        return value.isPresent() ? PemSource.file(path(value.get())) : otherwise;
    }

    private boolean flag(String setting, boolean otherwise) throws UsageError {
        var value = find(setting);
        return value.isPresent() ? value.get().bool() : otherwise;
    }

    /// An empty text is as good as none, as in Consul.
    private static Path path(ConfigValue value) throws UsageError {
        try {
            return Path.of(value.text());
        } catch (InvalidPathException e) {
            throw value.expected("a path: " + e.getReason());
        }
    }

    private Optional<ConfigValue> find(String setting) {
        var legacyOfRpc = OF_INTERNAL_RPC.entrySet().stream().filter(entry -> entry.getValue().equals(setting))
                .map(Map.Entry::getKey).findFirst();
        var legacyOfDefaults = OF_INTERNAL_RPC.containsKey(setting) ? Optional.<String>empty() : Optional.of(setting);
        return first(INTERNAL_RPC + setting)
                .or(() -> legacyOfRpc.flatMap(this::first))
                .or(() -> first(DEFAULTS + setting))
                .or(() -> legacyOfDefaults.flatMap(this::first));
    }

    private Optional<ConfigValue> first(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !"".equals(value.raw()));
    }
}
