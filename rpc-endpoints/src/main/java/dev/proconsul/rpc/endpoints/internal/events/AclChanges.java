package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds the tokens whose bearers may do something else after a commit: those that were changed or removed, those that
/// name a role or a policy that was, and those that name a role which names such a policy.
///
/// Source: Consul `agent/consul/state/acl_events.go`.
final class AclChanges {
    private AclChanges() {}

    /// The secrets of these tokens.
    static Set<String> secrets(Commit commit) {
        if (!commit.touches(AclTokenTable.TABLE) && !commit.touches(AclRoleTable.TABLE)
                && !commit.touches(AclPolicyTable.TABLE)) {
            return Set.of();
        }
        var secrets = new LinkedHashSet<String>();
        for (var change : commit.changes(AclTokenTable.TABLE)) {
            secrets.add(change.row().secretID());
        }
        for (var state : List.of(commit.before(), commit.after())) {
            for (var change : commit.changes(AclRoleTable.TABLE)) {
                addOfRole(state, change.row().id(), secrets);
            }
            for (var change : commit.changes(AclPolicyTable.TABLE)) {
                addOfPolicy(state, change.row().id(), secrets);
            }
        }
        return secrets;
    }

    private static void addOfPolicy(Reader state, String policy, Set<String> secrets) {
        state.under(AclTokenTable.BY_POLICY, Keys.of(policy)).forEach(token -> secrets.add(token.secretID()));
        for (var role : state.under(AclRoleTable.BY_POLICY, Keys.of(policy))) {
            addOfRole(state, role.id(), secrets);
        }
    }

    private static void addOfRole(Reader state, String role, Set<String> secrets) {
        state.under(AclTokenTable.BY_ROLE, Keys.of(role)).forEach(token -> secrets.add(token.secretID()));
    }
}
