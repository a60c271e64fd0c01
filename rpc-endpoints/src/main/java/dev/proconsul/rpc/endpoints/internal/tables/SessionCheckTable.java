package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;

/// Which sessions end with which checks.
public final class SessionCheckTable {
    /// By node, check and session.
    public static final Index<SessionCheck> BY_CHECK = Index.of("session_checks by check",
            row -> Keys.of(row.node(), row.checkId(), row.session()));
    /// By session.
    public static final Index<SessionCheck> BY_SESSION = Index.of("session_checks by session",
            row -> Keys.of(row.session()));
    /// The table.
    public static final Table<SessionCheck> TABLE =
            Table.of("session_checks", BY_CHECK, BY_SESSION).uncounted();

    private SessionCheckTable() {}
}
