package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.ACLToken;
import java.util.List;
import java.util.Locale;

/// ACL tokens. Their links to policies and roles have identifiers only.
public final class TokenTable {
    /// By accessor id.
    public static final Index<ACLToken> BY_ACCESSOR =
            Index.of("acl-tokens by accessor", row -> Keys.of(row.accessorID()));
    /// By secret.
    public static final Index<ACLToken> BY_SECRET =
            Index.of("acl-tokens by secret", row -> Keys.exactly(row.secretID()));
    /// By policy.
    public static final Index<ACLToken> BY_POLICY = Index.ofAny("acl-tokens by policy",
            row -> row.policies().stream().map(link -> Keys.of(link.id())).toList());
    /// By role.
    public static final Index<ACLToken> BY_ROLE = Index.ofAny("acl-tokens by role",
            row -> row.roles().stream().map(link -> Keys.of(link.id())).toList());
    /// By the auth method that made it.
    public static final Index<ACLToken> BY_METHOD = Index.ofAny("acl-tokens by auth method",
            row -> row.authMethod().isEmpty() ? List.of() : List.of(Keys.of(row.authMethod())));
    /// By the moment at which it ends, for those that do.
    public static final Index<ACLToken> BY_END = Index.ofAny("acl-tokens by end", TokenTable::ends);
    /// The table.
    public static final Table<ACLToken> TABLE =
            Table.of("acl-tokens", BY_ACCESSOR, BY_SECRET, BY_POLICY, BY_ROLE, BY_METHOD, BY_END);

    private TokenTable() {}

    private static List<byte[]> ends(ACLToken row) {
        var end = row.expirationTime();
        return end == null ? List.of() : List.of(Keys.of(String.format(Locale.ROOT, "%016x", end.seconds() ^ Long.MIN_VALUE)));
    }
}
