package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.Session;

/// Sessions.
public final class SessionTable {
    /// By id.
    public static final Index<Session> BY_ID = Index.of("sessions by id", row -> Keys.of(row.id()));
    /// By node.
    public static final Index<Session> BY_NODE = Index.of("sessions by node", row -> Keys.of(row.node()));
    /// The table.
    public static final Table<Session> TABLE = Table.of("sessions", BY_ID, BY_NODE);

    private SessionTable() {}
}
