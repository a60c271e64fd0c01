package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.structs.ACLNodeIdentity;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLServiceIdentity;
import dev.proconsul.rpc.structs.ACLTemplatedPolicy;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.Bytes;
import java.util.List;

/// The hashes of tokens, policies and roles, by which other datacenters see what has changed.
///
/// Source: the methods `SetHash` in Consul `agent/structs/acl.go`.
public final class Hashes {
    private Hashes() {}

    /// {@return the hash of a policy}
    /// @param policy which
    public static Bytes of(ACLPolicy policy) {
        var hash = new Blake2b256().add(policy.name()).add(policy.description()).add(policy.rules());
        policy.datacenters().forEach(hash::add);
        return Bytes.of(hash.digest());
    }

    /// {@return the hash of a role}
    /// @param role which
    public static Bytes of(ACLRole role) {
        var hash = new Blake2b256().add(role.name()).add(role.description());
        role.policies().forEach(link -> hash.add(link.id()));
        identities(hash, role.serviceIdentities(), role.nodeIdentities(), role.templatedPolicies());
        return Bytes.of(hash.digest());
    }

    /// {@return the hash of a token}
    /// @param token which
    public static Bytes of(ACLToken token) {
        var hash = new Blake2b256().add(token.description()).add(token.local() ? "local" : "global");
        token.policies().forEach(link -> hash.add(link.id()));
        token.roles().forEach(link -> hash.add(link.id()));
        identities(hash, token.serviceIdentities(), token.nodeIdentities(), token.templatedPolicies());
        return Bytes.of(hash.digest());
    }

    private static void identities(Blake2b256 hash, List<ACLServiceIdentity> services, List<ACLNodeIdentity> nodes,
            List<ACLTemplatedPolicy> templates) {
        for (var service : services) {
            hash.add(service.serviceName());
            service.datacenters().forEach(hash::add);
        }
        for (var node : nodes) {
            hash.add(node.nodeName()).add(node.datacenter());
        }
        for (var template : templates) {
            hash.add(template.templateID());
            var variables = template.templateVariables();
            if (variables != null) {
                hash.add(variables.name());
            }
            template.datacenters().forEach(hash::add);
        }
    }
}
