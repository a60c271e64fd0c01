package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLToken;
import java.util.List;

/// Tokens.
public final class AclTokenTable {
    /// By accessor id.
    public static final Index<ACLToken> BY_ACCESSOR = Index.of("acl-tokens by accessor",
            row -> Keys.of(row.accessorID()));
    /// By secret, whose case matters.
    public static final Index<ACLToken> BY_SECRET = Index.of("acl-tokens by secret",
            row -> Keys.exactly(row.secretID()));
    /// By the ids of the policies that they name.
    public static final Index<ACLToken> BY_POLICY = Index.ofAny("acl-tokens by policy",
            row -> row.policies().stream().map(link -> Keys.of(link.id())).distinct().toList());
    /// By the ids of the roles that they name.
    public static final Index<ACLToken> BY_ROLE = Index.ofAny("acl-tokens by role",
            row -> row.roles().stream().map(link -> Keys.of(link.id())).distinct().toList());
    /// By the auth method that made them.
    public static final Index<ACLToken> BY_AUTH_METHOD = Index.ofAny("acl-tokens by auth method",
            row -> row.authMethod().isEmpty() ? List.of() : List.of(Keys.of(row.authMethod())));
    /// By the time at which they end, those that do, as seconds since year 1 with leading zeros.
    public static final Index<ACLToken> BY_EXPIRY = Index.ofAny("acl-tokens by expiry",
            row -> row.expirationTime() == null
                    ? List.of() : List.of(Keys.of("%020d".formatted(row.expirationTime().seconds()))));
    /// The table.
    public static final Table<ACLToken> TABLE =
            Table.of("acl-tokens", BY_ACCESSOR, BY_SECRET, BY_POLICY, BY_ROLE, BY_AUTH_METHOD, BY_EXPIRY);

    private AclTokenTable() {}
}
