package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.ACLAuthMethod;
import dev.proconsul.rpc.structs.ACLBindingRule;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRolePolicyLink;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenRoleLink;
import dev.proconsul.rpc.structs.Nil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads tokens, policies and roles. Links come with the names that the linked things have now, and without those to
/// things that are gone.
///
/// Source: Consul `agent/consul/state/acl.go`.
public final class AclReads {
    /// Index entry that says when the first token was made; 0 as long as it may still be made.
    public static final String BOOTSTRAPPED = "acl-token-bootstrap";

    private AclReads() {}

    /// {@return the token with an accessor id}
    /// @param state    where
    /// @param accessor the id
    public static Optional<ACLToken> tokenByAccessor(Reader state, String accessor) {
        return Optional.ofNullable(state.get(AclTokenTable.BY_ACCESSOR, Keys.of(accessor))).map(t -> linked(state, t));
    }

    /// {@return the token with a secret}
    /// @param state  where
    /// @param secret the secret
    public static Optional<ACLToken> tokenBySecret(Reader state, String secret) {
        return storedBySecret(state, secret).map(token -> linked(state, token));
    }

    /// {@return the token with a secret, as it is stored: with links that may lead nowhere}
    /// @param state  where
    /// @param secret the secret
    public static Optional<ACLToken> storedBySecret(Reader state, String secret) {
        return Optional.ofNullable(state.first(AclTokenTable.BY_SECRET, Keys.exactly(secret)));
    }

    /// {@return the policy with an id}
    /// @param state where
    /// @param id    the id
    public static Optional<ACLPolicy> policy(Reader state, String id) {
        return Optional.ofNullable(state.get(AclPolicyTable.BY_ID, Keys.of(id)));
    }

    /// {@return the policy with a name}
    /// @param state where
    /// @param name  the name
    public static Optional<ACLPolicy> policyByName(Reader state, String name) {
        return Optional.ofNullable(state.first(AclPolicyTable.BY_NAME, Keys.of(name)));
    }

    /// {@return the role with an id}
    /// @param state where
    /// @param id    the id
    public static Optional<ACLRole> role(Reader state, String id) {
        return Optional.ofNullable(state.get(AclRoleTable.BY_ID, Keys.of(id))).map(role -> linked(state, role));
    }

    /// {@return the role with a name}
    /// @param state where
    /// @param name  the name
    public static Optional<ACLRole> roleByName(Reader state, String name) {
        return Optional.ofNullable(state.first(AclRoleTable.BY_NAME, Keys.of(name))).map(role -> linked(state, role));
    }

    /// {@return the binding rule with an id}
    /// @param state where
    /// @param id    the id
    public static Optional<ACLBindingRule> bindingRule(Reader state, String id) {
        return Optional.ofNullable(state.get(AclBindingRuleTable.BY_ID, Keys.of(id)));
    }

    /// {@return the auth method with a name}
    /// @param state where
    /// @param name  the name
    public static Optional<ACLAuthMethod> authMethod(Reader state, String name) {
        return Optional.ofNullable(state.get(AclAuthMethodTable.BY_NAME, Keys.of(name)));
    }

    /// {@return a stored token with the links that it has now}
    /// @param state where
    /// @param token as it is stored
    public static ACLToken linked(Reader state, ACLToken token) {
        List<ACLTokenPolicyLink> policies = new ArrayList<>();
        for (var link : token.policies()) {
            policy(state, link.id()).ifPresent(p -> policies.add(new ACLTokenPolicyLink(p.id(), p.name())));
        }
        List<ACLTokenRoleLink> roles = new ArrayList<>();
        for (var link : token.roles()) {
            var role = state.get(AclRoleTable.BY_ID, Keys.of(link.id()));
            if (role != null) {
                roles.add(new ACLTokenRoleLink(role.id(), role.name()));
            }
        }
        return token.withPolicies(nilIfEmpty(policies)).withRoles(nilIfEmpty(roles));
    }

    /// {@return a stored role with the links that it has now}
    /// @param state where
    /// @param role  as it is stored
    public static ACLRole linked(Reader state, ACLRole role) {
        List<ACLRolePolicyLink> policies = new ArrayList<>();
        for (var link : role.policies()) {
            policy(state, link.id()).ifPresent(p -> policies.add(new ACLRolePolicyLink(p.id(), p.name())));
        }
        return role.withPolicies(nilIfEmpty(policies));
    }

    private static <T> List<T> nilIfEmpty(List<T> links) {
        return links.isEmpty() ? Nil.list() : links;
    }
}
