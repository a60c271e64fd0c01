package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.AclBindingRuleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.ACLBindingRule;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleDeleteRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleGetRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleListRequest;
import dev.proconsul.rpc.structs.ACLBindingRuleListResponse;
import dev.proconsul.rpc.structs.ACLBindingRuleResponse;
import dev.proconsul.rpc.structs.ACLBindingRuleSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import java.util.List;
import java.util.Set;

/// The methods of the service `ACL` about binding rules.
///
/// Source: Consul `agent/consul/acl_endpoint.go`.
public final class AclBindingRuleEndpoint {
    private static final Set<String> TYPES = Set.of("service", "node", "role", "policy", "templated-policy");

    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public AclBindingRuleEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(ACLs.BINDING_RULE_READ, Refuse.whileOff(host), this::read),
                host.endpoint(ACLs.BINDING_RULE_SET, Refuse.whileOff(host), this::set),
                host.endpoint(ACLs.BINDING_RULE_DELETE, Refuse.whileOff(host), this::delete),
                host.endpoint(ACLs.BINDING_RULE_LIST, Refuse.whileOff(host), this::list));
    }

    private ACLBindingRuleResponse read(ACLBindingRuleGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.BINDING_RULE_READ, request, caller, state -> {
            var found = AclReads.bindingRule(state, request.bindingRuleID());
            long index = state.unwatched().entry(AclBindingRuleTable.TABLE);
            return found.isEmpty() ? Result.notFound(index, ACLBindingRuleResponse.ZERO)
                    : Result.found(index, ACLBindingRuleResponse.ZERO.withBindingRule(found.get()));
        });
    }

    private ACLBindingRule set(ACLBindingRuleSetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var rule = request.bindingRule();
        var state = host.store().current();
        if (rule.id().isEmpty()) {
            rule = rule.withId(host.chance().uuid());
        } else {
            var id = rule.id();
            var stored = AclReads.bindingRule(state, id)
                    .orElseThrow(() -> new RpcException("cannot find binding rule " + id));
            rule = rule.authMethod().isEmpty() ? rule.withAuthMethod(stored.authMethod()) : rule;
            Refuse.unless(rule.authMethod().equals(stored.authMethod()),
                    "the AuthMethod field of an Binding Rule is immutable");
        }
        Refuse.unless(!rule.authMethod().isEmpty(), "Invalid Binding Rule: no AuthMethod is set");
        Refuse.unless(AclReads.authMethod(state, rule.authMethod()).isPresent(),
                "cannot find auth method with name \"" + rule.authMethod() + "\"");
        Refuse.unless(!rule.bindType().isEmpty(), "Invalid Binding Rule: no BindType is set");
        Refuse.unless(!rule.bindName().isEmpty(), "Invalid Binding Rule: no BindName is set");
        Refuse.unless(TYPES.contains(rule.bindType()),
                "Invalid Binding Rule: unknown BindType \"" + rule.bindType() + "\"");
        host.apply(AclCommands.SET_BINDING_RULES,
                ACLBindingRuleBatchSetRequest.ZERO.withBindingRules(List.of(rule)),
                "Failed to apply binding rule upsert request: ");
        return AclReads.bindingRule(host.store().current(), rule.id())
                .orElseThrow(() -> new RpcException("Failed to retrieve the binding rule after writing it"));
    }

    private boolean delete(ACLBindingRuleDeleteRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var id = request.bindingRuleID();
        Refuse.unless(AclReads.bindingRule(host.store().current(), id).isPresent(),
                "binding rule does not exist: ACL not found");
        host.apply(AclCommands.DELETE_BINDING_RULES,
                ACLBindingRuleBatchDeleteRequest.ZERO.withBindingRuleIDs(List.of(id)),
                "Failed to apply binding rule delete request: ");
        return true;
    }

    private ACLBindingRuleListResponse list(ACLBindingRuleListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.BINDING_RULE_LIST, request, caller, state -> {
            long index = state.entry(AclBindingRuleTable.TABLE);
            var rows = state.unwatched();
            return Result.found(index, ACLBindingRuleListResponse.ZERO.withBindingRules(
                    Rows.list(request.authMethod().isEmpty() ? rows.all(AclBindingRuleTable.TABLE)
                            : rows.under(AclBindingRuleTable.BY_AUTH_METHOD, Keys.of(request.authMethod())))));
        });
    }
}
