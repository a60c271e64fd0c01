package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLPolicy;

/// Policies.
public final class AclPolicyTable {
    /// By id.
    public static final Index<ACLPolicy> BY_ID = Index.of("acl-policies by id",
            row -> Keys.of(row.id()));
    /// By name.
    public static final Index<ACLPolicy> BY_NAME = Index.of("acl-policies by name",
            row -> Keys.of(row.name()));
    /// The table.
    public static final Table<ACLPolicy> TABLE = Table.of("acl-policies", BY_ID, BY_NAME);

    private AclPolicyTable() {}
}
