package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.server.PeerConfig;
import dev.proconsul.rpc.server.SerfAgents;
import dev.proconsul.rpc.server.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Configuration files: JSON with Consul's own key names.
final class ConfigFile {
    private static final String DEFAULT_QUERY_TIME = "default_query_time";
    private static final String MAX_QUERY_TIME = "max_query_time";
    private static final Map<String, Setting> SETTINGS = settings();
    /// Keys that mean something only together with others.
    private static final List<String> TOGETHER =
            Stream.concat(Stream.of(DEFAULT_QUERY_TIME, MAX_QUERY_TIME), TlsKeys.names().stream()).toList();

    private ConfigFile() {}

    /// Applies one value to a configuration.
    @FunctionalInterface
    private interface Setting {
        ServerConfig apply(ServerConfig config, ConfigValue value) throws UsageError;
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
        all.put("limits.tls_max_half_open_handshakes", (config, value) ->
                config.withMaxHalfOpenHandshakes(value.integer()));
        all.put("auto_encrypt.allow_tls", (config, value) -> config.withAutoEncrypt(value.bool()));
        all.put("rpc.enable_streaming", (config, value) -> config.withStreaming(value.bool()));
        all.put("performance.leave_drain_time", (config, value) -> config.withDrainTime(value.duration()));
        all.put("performance.rpc_hold_timeout", (config, value) ->
                config.withPeers(config.peers().withHoldTimeout(value.duration())));
        all.put("limits.rpc_client_timeout", (config, value) ->
                config.withPeers(config.peers().withCallTimeout(value.duration())));
        all.put("primary_datacenter", (config, value) ->
                config.withPeers(config.peers().withPrimaryDatacenter(value.text())));
        all.put("retry_join_wan", (config, value) -> config.withPeers(remoteServers(config.peers(), value.texts())));
        all.put("acl.enabled", (config, value) -> config.withAcl(config.acl().withEnabled(value.bool())));
        all.put("acl.default_policy", (config, value) ->
                config.withAcl(config.acl().withAllowByDefault(value.oneOf("deny", "allow").equals("allow"))));
        all.put("acl.enable_key_list_policy", (config, value) ->
                config.withAcl(config.acl().withKeyListPolicy(value.bool())));
        all.put("acl.tokens.initial_management", (config, value) ->
                config.withAcl(config.acl().withInitialManagement(value.text())));
        all.put("acl.tokens.agent_recovery", (config, value) ->
                config.withAcl(config.acl().withAgentRecovery(value.text())));
        all.put("serf.agent", (config, value) -> withLan(config, config.serf().lan().withAddress(value.text())));
        all.put("serf.auth_key", (config, value) -> withLan(config, config.serf().lan().withAuthKey(value.text())));
        all.put("serf.wan_agent", (config, value) -> withWan(config, config.serf().wan().withAddress(value.text())));
        all.put("serf.wan_auth_key", (config, value) ->
                withWan(config, config.serf().wan().withAuthKey(value.text())));
        return all;
    }

    private static PeerConfig remoteServers(PeerConfig config, List<String> servers) {
        var peers = config.withoutRemoteServers();
        for (var server : servers) {
            peers = peers.withRemoteServer(server);
        }
        return peers;
    }

    private static ServerConfig withLan(ServerConfig config, SerfAgents.Agent agent) {
        return config.withSerf(config.serf().withLan(agent));
    }

    private static ServerConfig withWan(ServerConfig config, SerfAgents.Agent agent) {
        return config.withSerf(config.serf().withWan(agent));
    }

    /// Reads files over a configuration; a later file wins over an earlier one, key by key.
    ///
    /// @param names paths of the files
    /// @param base  what the files do not say
    /// @return the configuration
    /// @throws UsageError when a file cannot be read, is no JSON, or has a key or value that is not understood
    static ServerConfig read(List<String> names, ServerConfig base) throws UsageError {
        var values = new LinkedHashMap<String, ConfigValue>();
        for (var name : names) {
            for (var value : values(name)) {
                values.remove(value.key()); // the latest shall also be the last
                values.put(value.key(), value);
            }
        }
        var config = base;
        for (var value : values.values()) {
            config = apply(value, config);
        }
        config = withQueryTimes(config, values);
        return config.withTls(TlsKeys.apply(values, config.tls()));
    }

    private static List<ConfigValue> values(String name) throws UsageError {
        var tree = JsonText.parse(name, TextFile.read(name));
        if (!(tree instanceof Map<?, ?> members)) {
            throw new UsageError(name + " holds " + JsonText.printLine(tree) + ", but must hold a JSON object");
        }
        var flat = new LinkedHashMap<String, @Nullable Object>();
        flatten("", members, flat);
        var all = new ArrayList<ConfigValue>();
        flat.forEach((key, value) -> all.add(new ConfigValue(name, key, value)));
        return all;
    }

    private static ServerConfig apply(ConfigValue value, ServerConfig config) throws UsageError {
        var setting = SETTINGS.get(value.key());
        if (setting == null) {
            if (TOGETHER.contains(value.key())) {
                return config;
            }
            var known = new TreeSet<>(SETTINGS.keySet());
            known.addAll(TOGETHER);
            var near = Nearest.suggestion(value.key(), known);
            throw value.wrong("unknown key " + value.key()
                    + (near.isEmpty() ? "; known are " + String.join(", ", known) : near));
        }
        try {
            return setting.apply(config, value);
        } catch (IllegalArgumentException e) {
            throw value.wrong(String.valueOf(e.getMessage()));
        }
    }

    /// Each is checked against the other, so both are set at once.
    private static ServerConfig withQueryTimes(ServerConfig config, Map<String, ConfigValue> values)
            throws UsageError {
        var standard = values.get(DEFAULT_QUERY_TIME);
        var longest = values.get(MAX_QUERY_TIME);
        var last = longest == null ? standard : longest;
        if (last == null) {
            return config;
        }
        try {
            return config.withQueryTimes(standard == null ? config.defaultQueryTime() : standard.duration(),
                    longest == null ? config.maxQueryTime() : longest.duration());
        } catch (IllegalArgumentException e) {
            throw last.wrong(String.valueOf(e.getMessage()));
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
}
