package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A configuration file: JSON with Consul's own key names.
final class ConfigFile {
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
        all.put("limits.rpc_max_conns_per_client", (config, value) -> config.withMaxConnectionsPerClient(value.integer()));
        all.put("limits.rpc_handshake_timeout", (config, value) -> config.withHandshakeTimeout(value.duration()));
        all.put("default_query_time", (config, value) -> config.withQueryTimes(value.duration(), config.maxQueryTime()));
        all.put("max_query_time", (config, value) -> config.withQueryTimes(config.defaultQueryTime(), value.duration()));
        all.put("performance.leave_drain_time", (config, value) -> config.withDrainTime(value.duration()));
        return all;
    }

    /// Reads a file over a configuration.
    ///
    /// @param name path of the file
    /// @param base what the file does not say
    /// @return the configuration
    /// @throws UsageError when the file cannot be read, is no JSON, or has a key or value that is not understood
    static ServerConfig read(String name, ServerConfig base) throws UsageError {
        var tree = JsonText.parse(name, content(name));
        if (!(tree instanceof Map<?, ?> members)) {
            throw new UsageError(name + " must hold a JSON object");
        }
        var flat = new LinkedHashMap<String, @Nullable Object>();
        flatten("", members, flat);
        var config = base;
        for (var entry : flat.entrySet()) {
            config = apply(name, entry.getKey(), entry.getValue(), config);
        }
        return config;
    }

    private static ServerConfig apply(String file, String key, @Nullable Object value, ServerConfig config) throws UsageError {
        var setting = SETTINGS.get(key);
        if (setting == null) {
            throw new UsageError(file + ": unknown key " + key + Nearest.suggestion(key, SETTINGS.keySet()));
        }
        try {
            return setting.apply(config, new Value(file, key, value));
        } catch (IllegalArgumentException e) {
            throw new UsageError(file + ": " + e.getMessage());
        }
    }

    private static String content(String name) throws UsageError {
        try {
            return Files.readString(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new UsageError("there is no file " + name);
        } catch (IOException e) {
            throw new UsageError("cannot read " + name + ": " + e.getMessage());
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

    /// A value and where it stands.
    private record Value(String file, String key, @Nullable Object value) {
        String text() throws UsageError {
            if (value instanceof String text) {
                return text;
            }
            throw expected("a text");
        }

        int integer() throws UsageError {
            if (value instanceof Long number && number == number.intValue()) {
                return number.intValue();
            }
            throw expected("a whole number");
        }

        Duration duration() throws UsageError {
            if (value instanceof String text) {
                return Durations.parse(text).orElseThrow(() -> expected("a duration such as \"5s\" or \"1m30s\""));
            }
            throw expected("a duration such as \"5s\" or \"1m30s\"");
        }

        private UsageError expected(String what) {
            return new UsageError(file + ": " + key + " is " + JsonText.printLine(value) + ", but must be " + what);
        }
    }
}
