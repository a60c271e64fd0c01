package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.ACLPolicyDeleteRequest;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLRoleDeleteRequest;
import dev.proconsul.rpc.structs.ACLRoleSetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchGetRequest;
import dev.proconsul.rpc.structs.ACLTokenDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenGetRequest;
import dev.proconsul.rpc.structs.ACLTokenListRequest;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.IntentionRequest;
import dev.proconsul.rpc.structs.Intentions;
import dev.proconsul.rpc.structs.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/// Has requests answered by the primary datacenter that are decided there for all datacenters, whatever datacenter they
/// name. Immutable.
///
/// Source: Consul, the endpoints of each service; calls.md section 3.10. Tokens are not copied from the primary
/// datacenter here, so requests about them go there as in a Consul without `acl.enable_token_replication`, and other
/// datacenters have no local tokens: nobody could read or delete them.
///
/// Deviation: without a primary datacenter (Consul: then each is its own) requests go where they say.
final class PrimaryDatacenter {
    private static final Map<String, Rule<?>> RULES = rules();

    private final String name;
    private final boolean here;

    /// @param name its name; empty when there is none
    /// @param own  the datacenter of this server
    PrimaryDatacenter(String name, String own) {
        this.name = name;
        this.here = name.equals(own);
    }

    /// How requests of a method are changed.
    ///
    /// @param everywhere whether servers of the primary datacenter change them too, and do not send them to another one
    /// @param to         this request for that datacenter
    private record Rule<Q>(boolean everywhere, Retargeting<Q> to) {}

    /// Makes the request that counts instead of the one that was sent.
    /// @param <Q> request
    interface Retargeting<Q> {
        /// @param primary the primary datacenter
        Q of(Q sent, PrimaryDatacenter primary) throws RpcException;
    }

    private static Map<String, Rule<?>> rules() {
        var all = new HashMap<String, Rule<?>>();
        add(all, ConfigEntries.APPLY, true, ConfigEntryRequest::withDatacenter);
        add(all, ConfigEntries.DELETE, true, ConfigEntryRequest::withDatacenter);
        add(all, Intentions.APPLY, true, IntentionRequest::withDatacenter);
        all.put(ACLs.TOKEN_SET.name(), new Rule<>(true, PrimaryDatacenter::unlessLocal));
        add(all, ACLs.POLICY_SET, false, ACLPolicySetRequest::withDatacenter);
        add(all, ACLs.POLICY_DELETE, false, ACLPolicyDeleteRequest::withDatacenter);
        add(all, ACLs.ROLE_SET, false, ACLRoleSetRequest::withDatacenter);
        add(all, ACLs.ROLE_DELETE, false, ACLRoleDeleteRequest::withDatacenter);
        add(all, ACLs.TOKEN_READ, false, ACLTokenGetRequest::withDatacenter);
        add(all, ACLs.TOKEN_CLONE, false, ACLTokenSetRequest::withDatacenter);
        add(all, ACLs.TOKEN_DELETE, false, ACLTokenDeleteRequest::withDatacenter);
        add(all, ACLs.TOKEN_LIST, false, ACLTokenListRequest::withDatacenter);
        add(all, ACLs.TOKEN_BATCH_READ, false, ACLTokenBatchGetRequest::withDatacenter);
        return all;
    }

    private static <Q> void add(Map<String, Rule<?>> all, Method<Q, ?> method, boolean everywhere,
            BiFunction<Q, String, Q> to) {
        all.put(method.name(), new Rule<Q>(everywhere, (sent, primary) -> to.apply(sent, primary.name)));
    }

    private static ACLTokenSetRequest unlessLocal(ACLTokenSetRequest request, PrimaryDatacenter primary)
            throws RpcException {
        ACLToken token = request.aclToken();
        if (!token.local()) {
            return request.withDatacenter(primary.name);
        }
        if (!primary.here) {
            throw new RpcException("Local tokens are disabled");
        }
        return request;
    }

    /// {@return what becomes of the requests of a method}
    /// @param method which
    /// @param <Q>    request
    <Q> Retargeting<Q> of(Method<Q, ?> method) {
        @SuppressWarnings("unchecked") // of a method of this name
        var rule = (Rule<Q>) RULES.get(method.name());
        return rule == null || name.isEmpty() || here && !rule.everywhere ? (sent, _) -> sent : rule.to;
    }
}
