package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import java.util.List;
import java.util.Optional;

/// Reads config entries. The index is always that of the table.
///
/// Source: Consul `agent/consul/state/config_entry.go`.
public final class ConfigEntryReads {
    /// Name of entries that are for everything.
    public static final String GLOBAL = "global";

    private ConfigEntryReads() {}

    /// {@return the row of an entry}
    /// @param state where
    /// @param kind  its kind
    /// @param name  its name
    public static Optional<ConfigEntryRow> row(Reader state, String kind, String name) {
        return Optional.ofNullable(state.get(ConfigEntryTable.BY_NAME, Keys.of(kind, name)));
    }

    /// {@return an entry}
    /// @param state where
    /// @param kind  its kind
    /// @param name  its name
    public static Optional<ConfigEntry> get(Reader state, String kind, String name) {
        return row(state, kind, name).map(ConfigEntryRow::entry);
    }

    /// {@return an entry of a type}
    /// @param state where
    /// @param type  its type
    /// @param kind  its kind
    /// @param name  its name
    /// @param <E>   its type
    public static <E extends ConfigEntry> Optional<E> get(Reader state, Class<E> type, String kind, String name) {
        return get(state, kind, name).filter(type::isInstance).map(type::cast);
    }

    /// {@return the settings of a service, if there are some}
    /// @param state where
    /// @param name  of the service
    public static Optional<ServiceConfigEntry> serviceDefaults(Reader state, String name) {
        return get(state, ServiceConfigEntry.class, "service-defaults", name);
    }

    /// {@return the settings of all proxies, if there are some}
    /// @param state where
    public static Optional<ProxyConfigEntry> proxyDefaults(Reader state) {
        return get(state, ProxyConfigEntry.class, "proxy-defaults", GLOBAL);
    }

    /// {@return the entries of a kind, by name; of all kinds for an empty one}
    /// @param state where
    /// @param kind  which, or empty
    public static List<ConfigEntry> list(Reader state, String kind) {
        return Rows.list(kind.isEmpty() ? state.all(ConfigEntryTable.TABLE)
                : state.under(ConfigEntryTable.BY_NAME, Keys.of(kind))).stream().map(ConfigEntryRow::entry).toList();
    }

    /// {@return the index of all answers}
    /// @param state where
    public static long index(Reader state) {
        return state.unwatched().entry(ConfigEntryTable.TABLE);
    }
}
