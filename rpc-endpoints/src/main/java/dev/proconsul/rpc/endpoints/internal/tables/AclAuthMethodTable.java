package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLAuthMethod;

/// Ways to log in.
public final class AclAuthMethodTable {
    /// By name.
    public static final Index<ACLAuthMethod> BY_NAME = Index.of("acl-auth-methods by name",
            row -> Keys.of(row.name()));
    /// The table.
    public static final Table<ACLAuthMethod> TABLE = Table.of("acl-auth-methods", BY_NAME);

    private AclAuthMethodTable() {}
}
