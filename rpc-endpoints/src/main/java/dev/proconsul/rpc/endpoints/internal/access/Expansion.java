package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRolePolicyLink;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ExpandedTokenInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What a token amounts to: its policies, and those of its roles.
///
/// @param host what it runs in
record Expansion(Host host) {
    ExpandedTokenInfo of(Reader state, ACLToken token) {
        return ExpandedTokenInfo.ZERO
                .withExpandedPolicies(policies(state, token))
                .withExpandedRoles(roles(state, token))
                .withAgentACLDefaultPolicy(host.acl().allowByDefault() ? "allow" : "deny");
    }

    /// Each policy once, in the order in which the token links to them.
    static List<ACLPolicy> policies(Reader state, ACLToken token) {
        var ids = new LinkedHashSet<String>();
        token.policies().stream().map(ACLTokenPolicyLink::id).forEach(ids::add);
        for (var role : roles(state, token)) {
            role.policies().stream().map(ACLRolePolicyLink::id).forEach(ids::add);
        }
        var policies = new ArrayList<ACLPolicy>();
        ids.forEach(id -> AclReads.policy(state, id).ifPresent(policies::add));
        return policies;
    }

    static List<ACLRole> roles(Reader state, ACLToken token) {
        var roles = new ArrayList<ACLRole>();
        token.roles().forEach(link -> AclReads.role(state, link.id()).ifPresent(roles::add));
        return roles;
    }
}
