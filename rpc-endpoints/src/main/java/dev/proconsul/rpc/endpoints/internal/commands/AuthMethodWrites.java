package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.AclAuthMethodTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclBindingRuleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchSetRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchSetRequest;
import dev.proconsul.rpc.structs.RaftIndex;

/// Changes of auth methods and their binding rules. A method goes with its rules and the tokens that it made.
///
/// Source: Consul `agent/consul/state/acl.go`.
final class AuthMethodWrites {
    private AuthMethodWrites() {}

    static Object setRules(Transaction state, ACLBindingRuleBatchSetRequest request) throws RpcException {
        for (var rule : request.bindingRules()) {
            require(!rule.id().isEmpty(), "Missing ACL Binding Rule ID");
            require(!rule.authMethod().isEmpty(), "Missing ACL Binding Rule Auth Method");
            require(state.get(AclAuthMethodTable.BY_NAME, Keys.of(rule.authMethod())) != null,
                    "No such auth method with name \"" + rule.authMethod() + "\"");
            var stored = state.get(AclBindingRuleTable.BY_ID, Keys.of(rule.id()));
            state.put(AclBindingRuleTable.TABLE, rule.withRaftIndex(new RaftIndex(
                    stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
        }
        return Nothing.NOTHING;
    }

    static Object deleteRules(Transaction state, ACLBindingRuleBatchDeleteRequest request) throws RpcException {
        for (var id : request.bindingRuleIDs()) {
            var stored = state.get(AclBindingRuleTable.BY_ID, Keys.of(id));
            if (stored != null) {
                state.delete(AclBindingRuleTable.TABLE, stored);
            }
        }
        return Nothing.NOTHING;
    }

    static Object setMethods(Transaction state, ACLAuthMethodBatchSetRequest request) throws RpcException {
        for (var method : request.authMethods()) {
            require(!method.name().isEmpty(), "Missing ACL Auth Method Name");
            require(!method.type().isEmpty(), "Missing ACL Auth Method Type");
            var stored = state.get(AclAuthMethodTable.BY_NAME, Keys.of(method.name()));
            state.put(AclAuthMethodTable.TABLE, method.withRaftIndex(new RaftIndex(
                    stored == null ? state.index() : stored.raftIndex().createIndex(), state.index())));
        }
        return Nothing.NOTHING;
    }

    static Object deleteMethods(Transaction state, ACLAuthMethodBatchDeleteRequest request) throws RpcException {
        for (var name : request.authMethodNames()) {
            var stored = state.get(AclAuthMethodTable.BY_NAME, Keys.of(name));
            if (stored == null) {
                continue;
            }
            for (var rule : Rows.list(state.under(AclBindingRuleTable.BY_AUTH_METHOD, Keys.of(name)))) {
                state.delete(AclBindingRuleTable.TABLE, rule);
            }
            for (var token : Rows.list(state.under(AclTokenTable.BY_AUTH_METHOD, Keys.of(name)))) {
                state.delete(AclTokenTable.TABLE, token);
            }
            state.delete(AclAuthMethodTable.TABLE, stored);
        }
        return Nothing.NOTHING;
    }

    private static void require(boolean condition, String otherwise) throws RpcException {
        if (!condition) {
            throw new RpcException(otherwise);
        }
    }
}
