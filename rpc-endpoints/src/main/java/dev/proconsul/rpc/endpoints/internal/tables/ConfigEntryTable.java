package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import dev.proconsul.rpc.structs.SourceIntention;
import java.util.List;

/// Config entries of all kinds.
public final class ConfigEntryTable {
    /// By kind and name.
    public static final Index<ConfigEntry> BY_NAME =
            Index.of("config-entries by name", row -> Keys.of(row.kindName(), row.name()));
    /// Those that are intentions, by the ids of these.
    public static final Index<ConfigEntry> BY_INTENTION = Index.ofAny("config-entries by intention",
            row -> sources(row).stream().filter(source -> !source.legacyID().isEmpty())
                    .map(source -> Keys.of(source.legacyID())).toList());
    /// Those that are intentions, by the services that call.
    public static final Index<ConfigEntry> BY_SOURCE = Index.ofAny("config-entries by source of intention",
            row -> sources(row).stream().map(SourceIntention::name).map(Keys::lower).distinct().map(Keys::of).toList());
    /// The table.
    public static final Table<ConfigEntry> TABLE = Table.of("config-entries", BY_NAME, BY_INTENTION, BY_SOURCE);

    private ConfigEntryTable() {}

    private static List<SourceIntention> sources(ConfigEntry row) {
        return row instanceof ServiceIntentionsConfigEntry intentions ? intentions.sources() : List.of();
    }
}
