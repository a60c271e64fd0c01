package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.AutopilotConfig;

/// How servers are looked after: one row, or none.
public final class AutopilotTable {
    /// The one row.
    public static final Index<AutopilotConfig> ONLY = Index.of("autopilot-config", _ -> Keys.NONE);
    /// The table.
    public static final Table<AutopilotConfig> TABLE = Table.of("autopilot-config", ONLY);

    private AutopilotTable() {}
}
