package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Hashes;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRoleBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleBatchGetRequest;
import dev.proconsul.rpc.structs.ACLRoleBatchResponse;
import dev.proconsul.rpc.structs.ACLRoleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRoleDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleGetRequest;
import dev.proconsul.rpc.structs.ACLRoleListRequest;
import dev.proconsul.rpc.structs.ACLRoleListResponse;
import dev.proconsul.rpc.structs.ACLRoleResponse;
import dev.proconsul.rpc.structs.ACLRoleSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The methods of the service `ACL` about roles.
///
/// Source: Consul `agent/consul/acl_endpoint.go`.
public final class AclRoleEndpoint {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9\\-_]{1,256}");

    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public AclRoleEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(ACLs.ROLE_READ, Refuse.whileOff(host), this::read),
                host.endpoint(ACLs.ROLE_SET, Refuse.whileOff(host), this::set),
                host.endpoint(ACLs.ROLE_DELETE, Refuse.whileOff(host), this::delete),
                host.endpoint(ACLs.ROLE_LIST, Refuse.whileOff(host), this::list),
                host.endpoint(ACLs.ROLE_BATCH_READ, Refuse.whileOff(host), this::batchRead),
                host.endpoint(ACLs.ROLE_RESOLVE, Refuse.whileOff(host), (request, _) -> resolve(request)));
    }

    private ACLRoleResponse read(ACLRoleGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.ROLE_READ, request, caller, state -> {
            var found = request.roleID().isEmpty() ? AclReads.roleByName(state, request.roleName())
                    : AclReads.role(state, request.roleID());
            long index = state.unwatched().entry(AclRoleTable.TABLE);
            return found.isEmpty() ? Result.notFound(index, ACLRoleResponse.ZERO)
                    : Result.found(index, ACLRoleResponse.ZERO.withRole(found.get()));
        });
    }

    private ACLRole set(ACLRoleSetRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var sent = request.role();
        Refuse.unless(!sent.name().isEmpty(), "Invalid Role: no Name is set");
        Refuse.unless(NAME.matcher(sent.name()).matches(),
                "Invalid Role: invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
        var state = host.store().current();
        var id = sent.id();
        if (id.isEmpty()) {
            id = host.chance().uuid();
        } else {
            Refuse.unless(Refuse.isUuid(id), "Role ID invalid UUID");
            Refuse.unless(AclReads.role(state, id).isPresent(), "cannot find role " + id);
        }
        var named = AclReads.roleByName(state, sent.name());
        Refuse.unless(named.isEmpty() || named.get().id().equals(id),
                "Invalid Role: A Role with Name \"" + sent.name() + "\" already exists");
        var rules = new TokenRules(state, "role", false);
        var role = sent.withId(id)
                .withPolicies(rules.policiesOfRole(sent.policies()))
                .withServiceIdentities(rules.services(sent.serviceIdentities()))
                .withNodeIdentities(rules.nodes(sent.nodeIdentities()))
                .withTemplatedPolicies(rules.templates(sent.templatedPolicies()));
        host.apply(AclCommands.SET_ROLES, ACLRoleBatchSetRequest.ZERO
                .withRoles(List.of(role.withHash(Hashes.of(role)))), "Failed to apply role upsert request: ");
        return AclReads.role(host.store().current(), id)
                .orElseThrow(() -> new RpcException("Failed to retrieve the role after writing it"));
    }

    private String delete(ACLRoleDeleteRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var stored = AclReads.role(host.store().current(), request.roleID())
                .orElseThrow(() -> new RpcException("role does not exist: ACL not found"));
        host.apply(AclCommands.DELETE_ROLES, ACLRoleBatchDeleteRequest.ZERO.withRoleIDs(List.of(stored.id())),
                "Failed to apply role delete request: ");
        return stored.name();
    }

    private ACLRoleListResponse list(ACLRoleListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.ROLE_LIST, request, caller, state -> {
            long index = state.entry(AclRoleTable.TABLE);
            var rows = state.unwatched();
            var roles = new ArrayList<ACLRole>();
            for (var role : request.policy().isEmpty() ? rows.under(AclRoleTable.BY_NAME, Keys.NONE)
                    : rows.under(AclRoleTable.BY_POLICY, Keys.of(request.policy()))) {
                roles.add(AclReads.linked(rows, role));
            }
            return Result.found(index, ACLRoleListResponse.ZERO.withRoles(roles));
        });
    }

    private ACLRoleBatchResponse batchRead(ACLRoleBatchGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        boolean reads = caller.may(Resource.ACL, Access.READ, Authorizer.UNNAMED);
        return host.queries().ask(ACLs.ROLE_BATCH_READ, request, caller, state -> {
            var roles = new ArrayList<ACLRole>();
            for (var id : request.roleIDs()) {
                AclReads.role(state, id).ifPresent(roles::add);
            }
            return Result.found(state.unwatched().entry(AclRoleTable.TABLE),
                    ACLRoleBatchResponse.ZERO.withRoles(reads ? roles : List.of()))
                    .filtered(!reads && !roles.isEmpty());
        });
    }

    /// For client agents, which work out themselves what a token may do.
    private ACLRoleBatchResponse resolve(ACLRoleBatchGetRequest request) throws RpcException {
        var state = host.store().current();
        var own = Expansion.roles(state, new OwnToken(host).of(state, request.queryOptions().token()));
        var wanted = new ArrayList<ACLRole>();
        for (var id : request.roleIDs()) {
            wanted.add(own.stream().filter(role -> role.id().equals(id)).findFirst()
                    .orElseThrow(() -> new RpcException("Permission denied")));
        }
        return ACLRoleBatchResponse.ZERO.withRoles(wanted).withQueryMeta(host.queries().meta(0));
    }
}
