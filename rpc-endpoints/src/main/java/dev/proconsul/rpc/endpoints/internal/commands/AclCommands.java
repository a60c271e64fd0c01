package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.endpoints.internal.state.CommandType;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchSetRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLPolicyBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicyBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRoleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchSetRequest;
import dev.proconsul.rpc.structs.ACLTokenBootstrapRequest;
import java.util.List;

/// The commands of the log about ACLs. Each results in nothing.
///
/// Source: Consul `agent/structs/structs.go`, `MessageType`.
public final class AclCommands {
    /// Stores the first token, once.
    public static final CommandType<ACLTokenBootstrapRequest> BOOTSTRAP =
            CommandType.of(11, ACLTokenBootstrapRequest.CODEC, TokenWrites::bootstrap);
    /// Stores tokens.
    public static final CommandType<ACLTokenBatchSetRequest> SET_TOKENS =
            CommandType.of(17, ACLTokenBatchSetRequest.CODEC, TokenWrites::set);
    /// Removes tokens.
    public static final CommandType<ACLTokenBatchDeleteRequest> DELETE_TOKENS =
            CommandType.of(18, ACLTokenBatchDeleteRequest.CODEC, TokenWrites::delete);
    /// Stores policies.
    public static final CommandType<ACLPolicyBatchSetRequest> SET_POLICIES =
            CommandType.of(19, ACLPolicyBatchSetRequest.CODEC, PolicyWrites::setPolicies);
    /// Removes policies.
    public static final CommandType<ACLPolicyBatchDeleteRequest> DELETE_POLICIES =
            CommandType.of(20, ACLPolicyBatchDeleteRequest.CODEC, PolicyWrites::deletePolicies);
    /// Stores roles.
    public static final CommandType<ACLRoleBatchSetRequest> SET_ROLES =
            CommandType.of(23, ACLRoleBatchSetRequest.CODEC, PolicyWrites::setRoles);
    /// Removes roles.
    public static final CommandType<ACLRoleBatchDeleteRequest> DELETE_ROLES =
            CommandType.of(24, ACLRoleBatchDeleteRequest.CODEC, PolicyWrites::deleteRoles);
    /// Stores binding rules.
    public static final CommandType<ACLBindingRuleBatchSetRequest> SET_BINDING_RULES =
            CommandType.of(25, ACLBindingRuleBatchSetRequest.CODEC, AuthMethodWrites::setRules);
    /// Removes binding rules.
    public static final CommandType<ACLBindingRuleBatchDeleteRequest> DELETE_BINDING_RULES =
            CommandType.of(26, ACLBindingRuleBatchDeleteRequest.CODEC, AuthMethodWrites::deleteRules);
    /// Stores auth methods.
    public static final CommandType<ACLAuthMethodBatchSetRequest> SET_AUTH_METHODS =
            CommandType.of(27, ACLAuthMethodBatchSetRequest.CODEC, AuthMethodWrites::setMethods);
    /// Removes auth methods.
    public static final CommandType<ACLAuthMethodBatchDeleteRequest> DELETE_AUTH_METHODS =
            CommandType.of(28, ACLAuthMethodBatchDeleteRequest.CODEC, AuthMethodWrites::deleteMethods);

    static final List<CommandType<?>> ALL = List.of(BOOTSTRAP, SET_TOKENS, DELETE_TOKENS, SET_POLICIES, DELETE_POLICIES,
            SET_ROLES, DELETE_ROLES, SET_BINDING_RULES, DELETE_BINDING_RULES, SET_AUTH_METHODS, DELETE_AUTH_METHODS);

    private AclCommands() {}
}
