package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.ACLAuthMethod;
import dev.proconsul.rpc.structs.ACLAuthMethodDeleteRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodGetRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodListRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodListStub;
import dev.proconsul.rpc.structs.ACLAuthMethodSetRequest;
import dev.proconsul.rpc.structs.ACLAuthorizationRequest;
import dev.proconsul.rpc.structs.ACLBindingRule;
import dev.proconsul.rpc.structs.ACLBindingRuleDeleteRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleListRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleSetRequest;
import dev.proconsul.rpc.structs.ACLInitialTokenBootstrapRequest;
import dev.proconsul.rpc.structs.ACLLoginParams;
import dev.proconsul.rpc.structs.ACLLoginRequest;
import dev.proconsul.rpc.structs.ACLLogoutRequest;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicyGetRequest;
import dev.proconsul.rpc.structs.ACLPolicyListRequest;
import dev.proconsul.rpc.structs.ACLPolicyListStub;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLReplicationStatus;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRoleDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleGetRequest;
import dev.proconsul.rpc.structs.ACLRoleListRequest;
import dev.proconsul.rpc.structs.ACLRoleSetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenGetRequest;
import dev.proconsul.rpc.structs.ACLTokenListRequest;
import dev.proconsul.rpc.structs.ACLTokenListStub;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.RemoteACLAuthorizationRequest;
import java.util.List;
import java.util.Optional;

/// The service `ACL`: tokens, policies, roles, and logging in. Tokens contain secrets: their text form shows them.
public final class AclClient {
    private final Ask ask;

    AclClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public AclClient with(CallOptions options) {
        return new AclClient(ask.with(options));
    }

    /// {@return the first token, which may do everything; made once in the life of a cluster}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLToken bootstrap() throws CallException, InterruptedException {
        return ask.call(ACLs.BOOTSTRAP_TOKENS, ACLInitialTokenBootstrapRequest.ZERO.withDatacenter(ask.datacenter()));
    }

    /// {@return a token by its public identifier; empty when there is none}
    /// @param accessorId the public one
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ACLToken> token(String accessorId) throws CallException, InterruptedException {
        return token(accessorId, "accessor");
    }

    /// {@return the token of these options; empty when it does not exist}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ACLToken> self() throws CallException, InterruptedException {
        return token(ask.options().token(), "secret");
    }

    /// {@return a new token, with its secret}
    /// @param token what it may do; identifiers are made by the server where they are empty
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLToken createToken(ACLToken token) throws CallException, InterruptedException {
        return setToken(token, true);
    }

    /// {@return a token as it is now}
    /// @param token with its public identifier
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLToken updateToken(ACLToken token) throws CallException, InterruptedException {
        return setToken(token, false);
    }

    /// Removes a token, if there is one.
    ///
    /// @param accessorId the public one
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deleteToken(String accessorId) throws CallException, InterruptedException {
        ask.call(ACLs.TOKEN_DELETE, new ACLTokenDeleteRequest(accessorId, ask.datacenter(), ask.write()));
    }

    /// {@return all tokens, in short}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ACLTokenListStub> tokens() throws CallException, InterruptedException {
        var request = ACLTokenListRequest.ZERO.withIncludeLocal(true).withIncludeGlobal(true)
                .withDatacenter(ask.datacenter());
        return ask.read(ACLs.TOKEN_LIST, request::withQueryOptions).tokens();
    }

    /// {@return a policy; empty when there is none}
    /// @param name of the policy
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ACLPolicy> policy(String name) throws CallException, InterruptedException {
        var request = ACLPolicyGetRequest.ZERO.withPolicyName(name).withDatacenter(ask.datacenter());
        return Optional.ofNullable(ask.read(ACLs.POLICY_READ, request::withQueryOptions).policy());
    }

    /// {@return a policy as it is now}
    /// @param policy without identifier to make one, with it to change it
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLPolicy putPolicy(ACLPolicy policy) throws CallException, InterruptedException {
        return ask.call(ACLs.POLICY_SET, new ACLPolicySetRequest(policy, ask.datacenter(), ask.write()));
    }

    /// Removes a policy.
    ///
    /// @param id of the policy
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deletePolicy(String id) throws CallException, InterruptedException {
        ask.call(ACLs.POLICY_DELETE, new ACLPolicyDeleteRequest(id, ask.datacenter(), ask.write()));
    }

    /// {@return all policies, in short}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ACLPolicyListStub> policies() throws CallException, InterruptedException {
        return ask.read(ACLs.POLICY_LIST, query -> new ACLPolicyListRequest(ask.datacenter(), query)).policies();
    }

    /// {@return a role; empty when there is none}
    /// @param name of the role
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ACLRole> role(String name) throws CallException, InterruptedException {
        var request = ACLRoleGetRequest.ZERO.withRoleName(name).withDatacenter(ask.datacenter());
        return Optional.ofNullable(ask.read(ACLs.ROLE_READ, request::withQueryOptions).role());
    }

    /// {@return a role as it is now}
    /// @param role without identifier to make one, with it to change it
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLRole putRole(ACLRole role) throws CallException, InterruptedException {
        return ask.call(ACLs.ROLE_SET, new ACLRoleSetRequest(role, ask.datacenter(), ask.write()));
    }

    /// Removes a role.
    ///
    /// @param id of the role
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deleteRole(String id) throws CallException, InterruptedException {
        ask.call(ACLs.ROLE_DELETE, new ACLRoleDeleteRequest(id, ask.datacenter(), ask.write()));
    }

    /// {@return all roles}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ACLRole> roles() throws CallException, InterruptedException {
        var request = ACLRoleListRequest.ZERO.withDatacenter(ask.datacenter());
        return ask.read(ACLs.ROLE_LIST, request::withQueryOptions).roles();
    }

    /// {@return an auth method; empty when there is none}
    /// @param name of the auth method
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ACLAuthMethod> authMethod(String name) throws CallException, InterruptedException {
        var request = ACLAuthMethodGetRequest.ZERO.withAuthMethodName(name).withDatacenter(ask.datacenter());
        return Optional.ofNullable(ask.read(ACLs.AUTH_METHOD_READ, request::withQueryOptions).authMethod());
    }

    /// {@return an auth method as it is now}
    /// @param method found by its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLAuthMethod putAuthMethod(ACLAuthMethod method) throws CallException, InterruptedException {
        return ask.call(ACLs.AUTH_METHOD_SET, new ACLAuthMethodSetRequest(method, ask.datacenter(), ask.write()));
    }

    /// Removes an auth method with its binding rules and tokens.
    ///
    /// @param name of the auth method
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deleteAuthMethod(String name) throws CallException, InterruptedException {
        ask.call(ACLs.AUTH_METHOD_DELETE, new ACLAuthMethodDeleteRequest(name, ask.datacenter(), ask.write()));
    }

    /// {@return all auth methods, in short}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ACLAuthMethodListStub> authMethods() throws CallException, InterruptedException {
        return ask.read(ACLs.AUTH_METHOD_LIST, query -> new ACLAuthMethodListRequest(ask.datacenter(), query))
                .authMethods();
    }

    /// {@return a binding rule as it is now}
    /// @param rule without identifier to make one, with it to change it
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLBindingRule putBindingRule(ACLBindingRule rule) throws CallException, InterruptedException {
        return ask.call(ACLs.BINDING_RULE_SET, new ACLBindingRuleSetRequest(rule, ask.datacenter(), ask.write()));
    }

    /// Removes a binding rule.
    ///
    /// @param id of the rule
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deleteBindingRule(String id) throws CallException, InterruptedException {
        ask.call(ACLs.BINDING_RULE_DELETE, new ACLBindingRuleDeleteRequest(id, ask.datacenter(), ask.write()));
    }

    /// {@return the binding rules of an auth method}
    /// @param authMethod its name; empty for those of all
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ACLBindingRule> bindingRules(String authMethod) throws CallException, InterruptedException {
        var request = ACLBindingRuleListRequest.ZERO.withAuthMethod(authMethod).withDatacenter(ask.datacenter());
        return ask.read(ACLs.BINDING_RULE_LIST, request::withQueryOptions).bindingRules();
    }

    /// {@return a token for a credential}
    /// @param credential and the auth method that judges it
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLToken login(ACLLoginParams credential) throws CallException, InterruptedException {
        return ask.call(ACLs.LOGIN, new ACLLoginRequest(credential, ask.datacenter(), ask.write()));
    }

    /// Ends the token of these options, which must come from a login.
    ///
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void logout() throws CallException, InterruptedException {
        ask.call(ACLs.LOGOUT, new ACLLogoutRequest(ask.datacenter(), ask.write()));
    }

    /// {@return whether the token of these options may do something}
    /// @param resource kind of thing, as `key` or `service`
    /// @param name     of the thing
    /// @param access   `read`, `list` or `write`
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean authorized(String resource, String name, String access)
            throws CallException, InterruptedException {
        var questions = List.of(new ACLAuthorizationRequest(resource, name, access));
        var request = new RemoteACLAuthorizationRequest(ask.datacenter(), questions, ask.query());
        return ask.call(ACLs.AUTHORIZE, request).getFirst().allow();
    }

    /// {@return how far the copies of the primary datacenter are}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ACLReplicationStatus replication() throws CallException, InterruptedException {
        return ask.call(ACLs.REPLICATION_STATUS, ask.here().apply(ask.query()));
    }

    private Optional<ACLToken> token(String id, String kind) throws CallException, InterruptedException {
        var request = ACLTokenGetRequest.ZERO.withTokenID(id).withTokenIDType(kind).withDatacenter(ask.datacenter());
        return Optional.ofNullable(ask.read(ACLs.TOKEN_READ, request::withQueryOptions).token());
    }

    private ACLToken setToken(ACLToken token, boolean create) throws CallException, InterruptedException {
        return ask.call(ACLs.TOKEN_SET, new ACLTokenSetRequest(token, create, ask.datacenter(), ask.write()));
    }
}
