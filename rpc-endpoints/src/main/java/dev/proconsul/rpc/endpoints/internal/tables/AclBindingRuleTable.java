package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLBindingRule;

/// Rules that say what a login may do.
public final class AclBindingRuleTable {
    /// By id.
    public static final Index<ACLBindingRule> BY_ID = Index.of("acl-binding-rules by id",
            row -> Keys.of(row.id()));
    /// By the auth method that they are for.
    public static final Index<ACLBindingRule> BY_AUTH_METHOD = Index.of("acl-binding-rules by auth method",
            row -> Keys.of(row.authMethod()));
    /// The table.
    public static final Table<ACLBindingRule> TABLE = Table.of("acl-binding-rules", BY_ID, BY_AUTH_METHOD);

    private AclBindingRuleTable() {}
}
