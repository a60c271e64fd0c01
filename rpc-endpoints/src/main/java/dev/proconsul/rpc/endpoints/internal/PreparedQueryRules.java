package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Metadata;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.structs.PreparedQuery;

/// What a prepared query must be like before it is stored.
///
/// Source: Consul `agent/consul/prepared_query_endpoint.go`, `parseQuery`.
final class PreparedQueryRules {
    /// What stands in the place of a token that must not be seen.
    static final String HIDDEN = "<hidden>";

    private PreparedQueryRules() {}

    static void check(PreparedQuery query) throws RpcException {
        if (query.name().isEmpty() && !PreparedQueryTable.isTemplate(query) && query.session().isEmpty()) {
            throw new RpcException("Must be bound to a session");
        }
        if (query.token().equals(HIDDEN)) {
            throw new RpcException("Bad Token '" + HIDDEN + "', it looks like a query definition with a redacted token "
                    + "was submitted");
        }
        var service = query.service();
        if (service.service().isEmpty()) {
            throw new RpcException("Must provide a Service name to query");
        }
        var failover = service.failover();
        if (failover.nearestN() < 0) {
            throw new RpcException("Bad NearestN '" + failover.nearestN() + "', must be >= 0");
        }
        if (!failover.targets().isEmpty() && (failover.nearestN() != 0 || !failover.datacenters().isEmpty())) {
            throw new RpcException("Targets cannot be populated with NearestN or Datacenters");
        }
        var problem = Metadata.problem(service.nodeMeta(), true);
        if (problem.isPresent()) {
            throw new RpcException(problem.get());
        }
        if (!service.samenessGroup().isEmpty()) {
            throw new RpcException("sameness-groups are an enterprise-only feature");
        }
        if (!query.dns().ttl().isEmpty()) {
            checkTtl(query.dns().ttl());
        }
    }

    private static void checkTtl(String text) throws RpcException {
        try {
            var ttl = GoDurations.parse(text);
            if (ttl.isNegative()) {
                throw new RpcException("DNS TTL '" + ttl.toNanos() + "', must be >=0");
            }
        } catch (RpcException e) {
            throw e.getMessage().startsWith("DNS TTL") ? e
                    : new RpcException("Bad DNS TTL '" + text + "': " + e.getMessage(), e);
        }
    }
}
