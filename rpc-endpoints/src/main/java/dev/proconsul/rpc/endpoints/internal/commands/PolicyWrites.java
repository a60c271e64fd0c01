package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicyBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRoleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRolePolicyLink;
import dev.proconsul.rpc.structs.RaftIndex;

/// Changes of ACL policies and roles. What links to something that is removed keeps its link, which nobody sees.
///
/// Source: Consul `agent/consul/state/acl.go`.
final class PolicyWrites {
    private PolicyWrites() {}

    static Object setPolicies(Transaction state, ACLPolicyBatchSetRequest request) throws RpcException {
        for (var policy : request.policies()) {
            set(state, policy);
        }
        return Nothing.NOTHING;
    }

    private static void set(Transaction state, ACLPolicy sent) throws RpcException {
        require(!sent.id().isEmpty(), "Missing ACL Policy ID");
        require(!sent.name().isEmpty(), "Missing ACL Policy Name");
        var stored = state.get(AclPolicyTable.BY_ID, Keys.of(sent.id()));
        var builtin = Builtin.policy(sent.id());
        if (stored != null && builtin.isPresent()) {
            require(sent.rules().equals(builtin.get().rules()),
                    "Changing the Rules for the builtin " + stored.name() + " policy is not permitted");
            require(sent.datacenters().isEmpty(),
                    "Changing the Datacenters of the " + stored.name() + " policy is not permitted");
        }
        var named = AclReads.policyByName(state, sent.name());
        require(named.isEmpty() || named.get().id().equals(sent.id()),
                "A policy with name \"" + sent.name() + "\" already exists");
        state.put(AclPolicyTable.TABLE, sent.withRaftIndex(new RaftIndex(
                stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
    }

    static Object deletePolicies(Transaction state, ACLPolicyBatchDeleteRequest request) throws RpcException {
        for (var id : request.policyIDs()) {
            var stored = state.get(AclPolicyTable.BY_ID, Keys.of(id));
            require(Builtin.policy(id).isEmpty(), "Deletion of the builtin "
                    + (stored == null ? "" : stored.name()) + " policy is not permitted");
            if (stored != null) {
                state.delete(AclPolicyTable.TABLE, stored);
            }
        }
        return Nothing.NOTHING;
    }

    static Object setRoles(Transaction state, ACLRoleBatchSetRequest request) throws RpcException {
        for (var role : request.roles()) {
            set(state, role, request.allowMissingLinks());
        }
        return Nothing.NOTHING;
    }

    private static void set(Transaction state, ACLRole sent, boolean allowMissingLinks) throws RpcException {
        require(!sent.id().isEmpty(), "Missing ACL Role ID");
        require(!sent.name().isEmpty(), "Missing ACL Role Name");
        var named = AclReads.roleByName(state, sent.name());
        require(named.isEmpty() || named.get().id().equals(sent.id()),
                "A role with name \"" + sent.name() + "\" already exists");
        var role = sent.withPolicies(
                Links.ids(sent.policies(), ACLRolePolicyLink::id, id -> new ACLRolePolicyLink(id, "")));
        for (var link : role.policies()) {
            require(allowMissingLinks || state.get(AclPolicyTable.BY_ID, Keys.of(link.id())) != null,
                    "No such ACL policy with ID \"" + link.id() + "\"");
        }
        var stored = state.get(AclRoleTable.BY_ID, Keys.of(sent.id()));
        state.put(AclRoleTable.TABLE, role.withRaftIndex(new RaftIndex(
                stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
    }

    static Object deleteRoles(Transaction state, ACLRoleBatchDeleteRequest request) throws RpcException {
        for (var id : request.roleIDs()) {
            var stored = state.get(AclRoleTable.BY_ID, Keys.of(id));
            if (stored != null) {
                state.delete(AclRoleTable.TABLE, stored);
            }
        }
        return Nothing.NOTHING;
    }

    private static void require(boolean condition, String otherwise) throws RpcException {
        if (!condition) {
            throw new RpcException(otherwise);
        }
    }
}
