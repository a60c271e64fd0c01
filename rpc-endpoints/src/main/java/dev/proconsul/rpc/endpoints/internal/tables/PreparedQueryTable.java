package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.PreparedQuery;
import java.util.List;

/// Prepared queries.
public final class PreparedQueryTable {
    /// By id.
    public static final Index<PreparedQuery> BY_ID = Index.of("prepared-queries by id", row -> Keys.of(row.id()));
    /// By name, for those that have one.
    public static final Index<PreparedQuery> BY_NAME = Index.ofAny("prepared-queries by name",
            row -> row.name().isEmpty() ? List.of() : List.of(Keys.of(row.name())));
    /// By the prefix that a template stands for, which may be empty.
    public static final Index<PreparedQuery> BY_TEMPLATE = Index.ofAny("prepared-queries by template",
            row -> isTemplate(row) ? List.of(Keys.of(row.name())) : List.of());
    /// By the session that a query ends with.
    public static final Index<PreparedQuery> BY_SESSION = Index.ofAny("prepared-queries by session",
            row -> row.session().isEmpty() ? List.of() : List.of(Keys.of(row.session())));
    /// The table.
    public static final Table<PreparedQuery> TABLE =
            Table.of("prepared-queries", BY_ID, BY_NAME, BY_TEMPLATE, BY_SESSION);

    private PreparedQueryTable() {}

    /// {@return whether a query stands for all names with a prefix}
    /// @param query any query
    public static boolean isTemplate(PreparedQuery query) {
        return !query.template().type().isEmpty();
    }
}
