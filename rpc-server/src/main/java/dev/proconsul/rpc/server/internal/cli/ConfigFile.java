package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.server.ServerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A configuration file: JSON with Consul's own key names.
final class ConfigFile {
    private static final String DEFAULT_QUERY_TIME = "default_query_time";
    private static final String MAX_QUERY_TIME = "max_query_time";
    private static final Map<String, Setting> SETTINGS = settings();

    private ConfigFile() {}

    /// Applies one value to a configuration.
    @FunctionalInterface
    private interface Setting {
        ServerConfig apply(ServerConfig config, Value value) throws UsageError;
    }

    private static Map<String, Setting> settings() {
        var all = new LinkedHashMap<String, Setting>();
        all.put("node_name", (config, value) -> config.withNode(value.text()));
        all.put("datacenter", (config, value) -> config.withDatacenter(value.text()));
        all.put("bind_addr", (config, value) -> config.withBindAddress(value.text()));
        all.put("ports.server", (config, value) -> config.withServerPort(value.integer()));
        all.put("limits.rpc_max_conns_per_client", (config, value) ->
                config.withMaxConnectionsPerClient(value.integer()));
        all.put("limits.rpc_handshake_timeout", (config, value) -> config.withHandshakeTimeout(value.duration()));
        all.put(DEFAULT_QUERY_TIME, ConfigFile::withQueryTimes);
        all.put(MAX_QUERY_TIME, ConfigFile::withQueryTimes);
        all.put("performance.leave_drain_time", (config, value) -> config.withDrainTime(value.duration()));
        all.put("acl.enabled", (config, value) -> config.withAcl(config.acl().withEnabled(value.bool())));
        all.put("acl.default_policy", (config, value) ->
                config.withAcl(config.acl().withAllowByDefault(value.oneOf("deny", "allow").equals("allow"))));
        all.put("acl.enable_key_list_policy", (config, value) ->
                config.withAcl(config.acl().withKeyListPolicy(value.bool())));
        all.put("acl.tokens.initial_management", (config, value) ->
                config.withAcl(config.acl().withInitialManagement(value.text())));
        all.put("acl.tokens.agent_recovery", (config, value) ->
                config.withAcl(config.acl().withAgentRecovery(value.text())));
        return all;
    }

    /// Each is checked against the other, so both are set at once.
    private static ServerConfig withQueryTimes(ServerConfig config, Value value) throws UsageError {
        var standard = value.other(DEFAULT_QUERY_TIME);
        var longest = value.other(MAX_QUERY_TIME);
        return config.withQueryTimes(
                standard.isPresent() ? standard.get().duration() : config.defaultQueryTime(),
                longest.isPresent() ? longest.get().duration() : config.maxQueryTime());
    }

    /// Reads a file over a configuration.
    ///
    /// @param name path of the file
    /// @param base what the file does not say
    /// @return the configuration
    /// @throws UsageError when the file cannot be read, is no JSON, or has a key or value that is not understood
    static ServerConfig read(String name, ServerConfig base) throws UsageError {
        var tree = JsonText.parse(name, TextFile.read(name));
        if (!(tree instanceof Map<?, ?> members)) {
            throw new UsageError(name + " holds " + JsonText.printLine(tree) + ", but must hold a JSON object");
        }
        var flat = new LinkedHashMap<String, @Nullable Object>();
        flatten("", members, flat);
        var config = base;
        for (var key : flat.keySet()) {
            config = apply(new Value(name, key, flat), config);
        }
        return config;
    }

    private static ServerConfig apply(Value value, ServerConfig config) throws UsageError {
        var setting = SETTINGS.get(value.key());
        if (setting == null) {
            var near = Nearest.suggestion(value.key(), SETTINGS.keySet());
            throw new UsageError(value.file() + ": unknown key " + value.key()
                    + (near.isEmpty() ? "; known are " + String.join(", ", SETTINGS.keySet()) : near));
        }
        try {
            return setting.apply(config, value);
        } catch (IllegalArgumentException e) {
            throw new UsageError(value.file() + ": " + e.getMessage());
        }
    }

    private static void flatten(String prefix, Map<?, ?> members, Map<String, @Nullable Object> into) {
        members.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + key + ".", inner, into);
            } else {
                into.put(prefix + key, value);
            }
        });
    }

    /// A value, where it stands, and what stands beside it.
    private record Value(String file, String key, Map<String, @Nullable Object> all) {
        Optional<Value> other(String otherKey) {
            return all.containsKey(otherKey) ? Optional.of(new Value(file, otherKey, all)) : Optional.empty();
        }

        String text() throws UsageError {
            if (all.get(key) instanceof String text) {
                return text;
            }
            throw expected("a text");
        }

        boolean bool() throws UsageError {
            if (all.get(key) instanceof Boolean bool) {
                return bool;
            }
            throw expected("true or false");
        }

        String oneOf(String... words) throws UsageError {
            if (all.get(key) instanceof String text && List.of(words).contains(text)) {
                return text;
            }
            throw expected("one of " + String.join(", ", words));
        }

        int integer() throws UsageError {
            if (all.get(key) instanceof Long number && number == number.intValue()) {
                return number.intValue();
            }
            throw expected("a whole number");
        }

        Duration duration() throws UsageError {
            var time = all.get(key) instanceof String text ? Durations.parse(text) : Optional.<Duration>empty();
            return time.orElseThrow(() -> expected("a duration such as \"5s\" or \"1m30s\""));
        }

        private UsageError expected(String what) {
            return new UsageError(file + ": " + key + " is " + JsonText.printLine(all.get(key)) + ", but must be "
                    + what);
        }
    }
}
