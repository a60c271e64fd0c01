package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLRole;

/// Roles.
public final class AclRoleTable {
    /// By id.
    public static final Index<ACLRole> BY_ID = Index.of("acl-roles by id",
            row -> Keys.of(row.id()));
    /// By name.
    public static final Index<ACLRole> BY_NAME = Index.of("acl-roles by name",
            row -> Keys.of(row.name()));
    /// By the ids of the policies that they name.
    public static final Index<ACLRole> BY_POLICY = Index.ofAny("acl-roles by policy",
            row -> row.policies().stream().map(link -> Keys.of(link.id())).distinct().toList());
    /// The table.
    public static final Table<ACLRole> TABLE = Table.of("acl-roles", BY_ID, BY_NAME, BY_POLICY);

    private AclRoleTable() {}
}
