package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLToken;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Finds out who calls by the tokens in the state.
///
/// What was worked out for a token is kept as long as neither the token nor any policy or role has changed, so that a
/// call costs two lookups.
///
/// Threads: any.
///
/// Source: Consul `agent/consul/acl.go`.
public final class StoredTokens implements TokenResolver {
    /// Names that once meant something, and must not be the secret of a token.
    private static final Set<String> ROOTS = Set.of("allow", "deny", "manage");
    /// Tokens and policies of which something is kept; more are worked out anew each time they change places.
    private static final int KEPT = 10_000;

    private final StateStore store;
    private final InstantSource clock;
    private final AclConfig config;
    private final String datacenter;
    private final Map<String, Known> tokens = new ConcurrentHashMap<>();
    private final Map<String, Parsed> policies = new ConcurrentHashMap<>();

    private record Known(ACLToken token, long policies, long roles, Authorizer authorizer) {}

    private record Parsed(ACLPolicy policy, List<Rule> rules) {}

    /// Makes the resolver of a server.
    /// @param store      has the tokens
    /// @param clock      says which have expired
    /// @param config     what holds where no rule does
    /// @param datacenter the server's own
    public StoredTokens(StateStore store, InstantSource clock, AclConfig config, String datacenter) {
        this.store = store;
        this.clock = clock;
        this.config = config;
        this.datacenter = datacenter;
    }

    @Override
    public Authorizer resolve(String secret) throws RpcException {
        if (ROOTS.contains(secret)) {
            throw new RpcException("Cannot resolve root ACL");
        }
        if (!secret.isEmpty() && secret.equals(config.agentRecovery())) {
            return new TokenAuthorizer("agent-recovery", book(List.of(
                    Rule.exact(Resource.AGENT, config.node(), Level.WRITE),
                    Rule.prefix(Resource.NODE, "", Level.READ))));
        }
        var state = store.current();
        var found = AclReads.storedBySecret(state, secret.isEmpty() ? Builtin.ANONYMOUS_SECRET : secret);
        if (found.isEmpty() && secret.isEmpty()) {
            return new TokenAuthorizer("", book(List.of()));
        }
        var token = found.filter(t -> !hasExpired(t)).orElseThrow(() -> new RpcException("ACL not found"));
        var known = tokens.get(token.secretID());
        long policyIndex = state.entry(AclPolicyTable.TABLE);
        long roleIndex = state.entry(AclRoleTable.TABLE);
        if (known != null && known.token() == token && known.policies() == policyIndex && known.roles() == roleIndex) {
            return known.authorizer();
        }
        var anonymous = token.accessorID().equals(Builtin.ANONYMOUS);
        var authorizer = new TokenAuthorizer(anonymous ? "" : token.accessorID(), book(rules(state, token)));
        keep(tokens, token.secretID(), new Known(token, policyIndex, roleIndex, authorizer));
        return authorizer;
    }

    @Override
    public boolean isLocal(String secret) throws RpcException {
        if (ROOTS.contains(secret)) {
            throw new RpcException("Cannot resolve root ACL");
        }
        if (secret.isEmpty()) {
            return false;
        }
        return secret.equals(config.agentRecovery())
                || AclReads.storedBySecret(store.current(), secret).filter(t -> !hasExpired(t)).filter(ACLToken::local)
                        .isPresent();
    }

    private boolean hasExpired(ACLToken token) {
        return TokenTimes.hasExpired(token, clock.instant());
    }

    private RuleBook book(List<Rule> rules) {
        return new RuleBook(rules, config.allowByDefault(), config.keyListPolicy());
    }

    private List<Rule> rules(Reader state, ACLToken token) throws RpcException {
        var rules = new ArrayList<Rule>();
        for (var link : token.policies()) {
            addPolicy(state, link.id(), rules);
        }
        token.serviceIdentities().forEach(identity -> rules.addAll(Identities.of(identity, datacenter)));
        token.nodeIdentities().forEach(identity -> rules.addAll(Identities.of(identity, datacenter)));
        token.templatedPolicies().forEach(policy -> rules.addAll(Identities.of(policy, datacenter)));
        for (var link : token.roles()) {
            var role = AclReads.role(state, link.id());
            if (role.isPresent()) {
                for (var policy : role.get().policies()) {
                    addPolicy(state, policy.id(), rules);
                }
                role.get().serviceIdentities().forEach(i -> rules.addAll(Identities.of(i, datacenter)));
                role.get().nodeIdentities().forEach(i -> rules.addAll(Identities.of(i, datacenter)));
                role.get().templatedPolicies().forEach(p -> rules.addAll(Identities.of(p, datacenter)));
            }
        }
        return rules;
    }

    private void addPolicy(Reader state, String id, List<Rule> rules) throws RpcException {
        var policy = AclReads.policy(state, id);
        if (policy.isEmpty() || !Identities.holdsIn(policy.get().datacenters(), datacenter)) {
            return;
        }
        var known = policies.get(id);
        if (known == null || known.policy() != policy.get()) {
            known = new Parsed(policy.get(), RuleReader.read(policy.get().rules()));
            keep(policies, id, known);
        }
        rules.addAll(known.rules());
    }

    private static <V> void keep(Map<String, V> kept, String key, V value) {
        if (kept.size() >= KEPT) {
            kept.clear();
        }
        kept.put(key, value);
    }
}
