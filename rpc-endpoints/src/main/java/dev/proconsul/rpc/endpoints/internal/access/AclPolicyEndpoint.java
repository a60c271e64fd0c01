package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.acl.Hashes;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.acl.RuleReader;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicyBatchGetRequest;
import dev.proconsul.rpc.structs.ACLPolicyBatchResponse;
import dev.proconsul.rpc.structs.ACLPolicyBatchSetRequest;
import dev.proconsul.rpc.structs.ACLPolicyDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicyGetRequest;
import dev.proconsul.rpc.structs.ACLPolicyListRequest;
import dev.proconsul.rpc.structs.ACLPolicyListResponse;
import dev.proconsul.rpc.structs.ACLPolicyListStub;
import dev.proconsul.rpc.structs.ACLPolicyResponse;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLs;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The methods of the service `ACL` about policies.
///
/// Source: Consul `agent/consul/acl_endpoint.go`.
public final class AclPolicyEndpoint {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9\\-_]+/?[A-Za-z0-9\\-_]*");
    private static final int LONGEST_NAME = 128;

    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public AclPolicyEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(ACLs.POLICY_READ, Refuse.whileOff(host), this::read),
                host.endpoint(ACLs.POLICY_SET, Refuse.whileOff(host), this::set),
                host.endpoint(ACLs.POLICY_DELETE, Refuse.whileOff(host), this::delete),
                host.endpoint(ACLs.POLICY_LIST, Refuse.whileOff(host), this::list),
                host.endpoint(ACLs.POLICY_BATCH_READ, Refuse.whileOff(host), this::batchRead),
                host.endpoint(ACLs.POLICY_RESOLVE, Refuse.whileOff(host), (request, _) -> resolve(request)));
    }

    private ACLPolicyResponse read(ACLPolicyGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.POLICY_READ, request, caller, state -> {
            var found = request.policyID().isEmpty() ? AclReads.policyByName(state, request.policyName())
                    : AclReads.policy(state, request.policyID());
            long index = state.unwatched().entry(AclPolicyTable.TABLE);
            return found.isEmpty() ? Result.notFound(index, ACLPolicyResponse.ZERO)
                    : Result.found(index, ACLPolicyResponse.ZERO.withPolicy(found.get()));
        });
    }

    private ACLPolicy set(ACLPolicySetRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var sent = request.policy();
        checkName(sent.name());
        var named = AclReads.policyByName(host.store().current(), sent.name());
        var id = sent.id();
        if (id.isEmpty()) {
            Refuse.unless(named.isEmpty(),
                    "Invalid Policy: A Policy with Name \"" + sent.name() + "\" already exists");
            id = host.chance().uuid();
        } else {
            checkChange(sent);
        }
        RuleReader.check(sent.rules());
        var policy = sent.withId(id);
        host.apply(AclCommands.SET_POLICIES, ACLPolicyBatchSetRequest.ZERO
                .withPolicies(List.of(policy.withHash(Hashes.of(policy)))), "Failed to apply policy upsert request: ");
        return AclReads.policy(host.store().current(), id)
                .orElseThrow(() -> new RpcException("Failed to retrieve the policy after writing it"));
    }

    private static void checkName(String name) throws RpcException {
        Refuse.unless(!name.isEmpty(), "Invalid Policy: no Name is set");
        Refuse.unless(name.length() <= LONGEST_NAME,
                "Invalid Policy: invalid Name. Length must be greater than 0 and less than 128");
        Refuse.unless(!name.startsWith("/") && (!name.startsWith("builtin/") || name.equals(Builtin.READ_ONLY.name())),
                "Invalid Policy: invalid Name. Names cannot be prefixed with '/' or 'builtin/'");
        Refuse.unless(NAME.matcher(name).matches(), "Invalid Policy: invalid Name. Only alphanumeric characters,"
                + " a single '/', '-' and '_' are allowed");
    }

    private void checkChange(ACLPolicy sent) throws RpcException {
        Refuse.unless(Refuse.isUuid(sent.id()), "Policy ID invalid UUID");
        var state = host.store().current();
        var stored = AclReads.policy(state, sent.id())
                .orElseThrow(() -> new RpcException("cannot find policy " + sent.id()));
        var named = AclReads.policyByName(state, sent.name());
        Refuse.unless(named.isEmpty() || named.get().id().equals(stored.id()),
                "Invalid Policy: A policy with name \"" + sent.name() + "\" already exists");
        if (Builtin.policy(sent.id()).isPresent()) {
            Refuse.unless(sent.datacenters().equals(stored.datacenters()),
                    "Changing the Datacenters of the " + stored.name() + " policy is not permitted");
            Refuse.unless(sent.rules().equals(stored.rules()),
                    "Changing the Rules for the builtin " + stored.name() + " policy is not permitted");
        }
    }

    private String delete(ACLPolicyDeleteRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var stored = AclReads.policy(host.store().current(), request.policyID())
                .orElseThrow(() -> new RpcException("policy does not exist: ACL not found"));
        Refuse.unless(Builtin.policy(stored.id()).isEmpty(),
                "Delete operation not permitted on the builtin " + stored.name() + " policy");
        host.apply(AclCommands.DELETE_POLICIES, ACLPolicyBatchDeleteRequest.ZERO
                .withPolicyIDs(List.of(stored.id())), "Failed to apply policy delete request: ");
        return stored.name();
    }

    private ACLPolicyListResponse list(ACLPolicyListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.POLICY_LIST, request, caller, state -> {
            long index = state.entry(AclPolicyTable.TABLE);
            var stubs = new ArrayList<ACLPolicyListStub>();
            for (var policy : state.unwatched().under(AclPolicyTable.BY_NAME, Keys.NONE)) {
                stubs.add(new ACLPolicyListStub(policy.id(), policy.name(), policy.description(),
                        policy.datacenters(), policy.hash(), policy.raftIndex().createIndex(),
                        policy.raftIndex().modifyIndex()));
            }
            return Result.found(index, ACLPolicyListResponse.ZERO.withPolicies(stubs));
        });
    }

    private ACLPolicyBatchResponse batchRead(ACLPolicyBatchGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        boolean reads = caller.may(Resource.ACL, Access.READ, Authorizer.UNNAMED);
        return host.queries().ask(ACLs.POLICY_BATCH_READ, request, caller, state -> {
            var policies = new ArrayList<ACLPolicy>();
            for (var id : request.policyIDs()) {
                AclReads.policy(state, id).ifPresent(policies::add);
            }
            return Result.found(state.unwatched().entry(AclPolicyTable.TABLE),
                    ACLPolicyBatchResponse.ZERO.withPolicies(reads ? policies : List.of()))
                    .filtered(!reads && !policies.isEmpty());
        });
    }

    /// For client agents, which work out themselves what a token may do.
    private ACLPolicyBatchResponse resolve(ACLPolicyBatchGetRequest request) throws RpcException {
        var state = host.store().current();
        var token = new OwnToken(host).of(state, request.queryOptions().token());
        var own = Expansion.policies(state, token);
        var wanted = new ArrayList<ACLPolicy>();
        for (var id : request.policyIDs()) {
            wanted.add(own.stream().filter(policy -> policy.id().equals(id)).findFirst()
                    .orElseThrow(() -> new RpcException("Permission denied")));
        }
        return ACLPolicyBatchResponse.ZERO.withPolicies(wanted).withQueryMeta(host.queries().meta(0));
    }
}
