package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import java.util.List;

/// Configuration entries. Intentions are in those of their destinations.
public final class ConfigEntryTable {
    /// By kind and name.
    public static final Index<ConfigEntryRow> BY_NAME = Index.of("config-entries by name",
            row -> Keys.of(row.entry().kindName(), row.entry().name()));
    /// Of intentions: by the sources that they name.
    public static final Index<ConfigEntryRow> BY_INTENTION_SOURCE = Index.ofAny("config-entries by intention source",
            row -> row.entry() instanceof ServiceIntentionsConfigEntry intentions
                    ? intentions.sources().stream().map(source -> Keys.lower(source.name())).distinct()
                            .map(Keys::of).toList()
                    : List.of());
    /// Of intentions: by the ids that older clients know them by.
    public static final Index<ConfigEntryRow> BY_INTENTION_ID = Index.ofAny("config-entries by intention id",
            row -> row.entry() instanceof ServiceIntentionsConfigEntry intentions
                    ? intentions.sources().stream().filter(source -> !source.legacyID().isEmpty())
                            .map(source -> Keys.of(source.legacyID())).toList()
                    : List.of());
    /// The table.
    public static final Table<ConfigEntryRow> TABLE =
            Table.of("config-entries", BY_NAME, BY_INTENTION_SOURCE, BY_INTENTION_ID);

    private ConfigEntryTable() {}
}
