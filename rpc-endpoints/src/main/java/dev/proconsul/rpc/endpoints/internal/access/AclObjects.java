package dev.proconsul.rpc.endpoints.internal.access;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Duty;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.acl.Hashes;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyBatchSetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchSetRequest;
import dev.proconsul.rpc.structs.ACLTokenBootstrapRequest;
import dev.proconsul.rpc.structs.WireTime;
import java.util.List;

/// Makes what every datacenter with ACLs has: the built-in policies, the configured management token, and the token of
/// those who have none.
///
/// Source: Consul `agent/consul/leader.go`, `initializeACLs`.
public final class AclObjects implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;

    /// Makes the duty.
    /// @param host what it runs in
    public AclObjects(Host host) {
        this.host = host;
    }

    @Override
    public void lead() {
        if (!host.acl().enabled()) {
            return;
        }
        try {
            for (var policy : Builtin.POLICIES) {
                store(policy);
            }
            management();
            anonymous();
        } catch (RpcException e) {
            LOG.log(WARNING, () -> "failed to make the built-in ACL objects: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    private Reader state() {
        return host.store().current();
    }

    private void store(ACLPolicy builtin) throws RpcException, InterruptedException {
        var stored = AclReads.policy(state(), builtin.id());
        if (stored.isEmpty()) {
            host.apply(AclCommands.SET_POLICIES, ACLPolicyBatchSetRequest.ZERO.withPolicies(List.of(builtin)));
        } else if (!stored.get().rules().equals(builtin.rules())) { // an older server made it
            var renewed = stored.get().withRules(builtin.rules());
            host.apply(AclCommands.SET_POLICIES, ACLPolicyBatchSetRequest.ZERO
                    .withPolicies(List.of(renewed.withHash(Hashes.of(renewed)))));
        }
    }

    private void management() throws RpcException, InterruptedException {
        var secret = host.acl().initialManagement();
        if (secret.isEmpty() || AclReads.storedBySecret(state(), secret).isPresent()) {
            return;
        }
        var token = AclTokenEndpoint.management(host.chance().uuid(), secret, "Initial Management Token",
                WireTime.of(host.time().instant()));
        if (state().entry(AclReads.BOOTSTRAPPED) == 0) {
            host.apply(AclCommands.BOOTSTRAP, ACLTokenBootstrapRequest.ZERO.withToken(token));
        } else {
            host.apply(AclCommands.SET_TOKENS, ACLTokenBatchSetRequest.ZERO.withTokens(List.of(token)));
        }
    }

    private void anonymous() throws RpcException, InterruptedException {
        if (AclReads.tokenByAccessor(state(), Builtin.ANONYMOUS).isEmpty()) {
            var token = ACLToken.ZERO.withAccessorID(Builtin.ANONYMOUS).withSecretID(Builtin.ANONYMOUS_SECRET)
                    .withDescription("Anonymous Token").withCreateTime(WireTime.of(host.time().instant()));
            host.apply(AclCommands.SET_TOKENS, ACLTokenBatchSetRequest.ZERO
                    .withTokens(List.of(token.withHash(Hashes.of(token)))));
        }
    }

    @Override
    public void follow() {
        // What was made stays.
    }
}
