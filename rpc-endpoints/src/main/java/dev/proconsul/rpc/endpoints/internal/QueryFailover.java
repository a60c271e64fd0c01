package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRemoteRequest;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRequest;
import dev.proconsul.rpc.structs.PreparedQueryExecuteResponse;
import dev.proconsul.rpc.structs.QueryFailoverTarget;
import java.util.LinkedHashSet;
import java.util.Set;

/// Looks in other datacenters for what a prepared query has not found in this one: in the nearest ones, and then in those
/// that the query names, until there is something. Peers of another cluster are passed over: there are none.
///
/// Source: Consul `agent/consul/prepared_query_endpoint.go`, `queryFailover`.
final class QueryFailover {
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;

    QueryFailover(Host host) {
        this.host = host;
    }

    /// @param query   what to look for
    /// @param request who asked, and how
    /// @param own     what this datacenter has: nothing
    /// @return what was found, or the last answer, with the number of datacenters that were asked
    PreparedQueryExecuteResponse run(PreparedQuery query, PreparedQueryExecuteRequest request,
            PreparedQueryExecuteResponse own) throws InterruptedException {
        var reply = own;
        long asked = 0;
        for (var datacenter : targets(query)) {
            asked++;
            try {
                reply = host.forwarding().ask(datacenter, PreparedQueries.EXECUTE_REMOTE,
                        PreparedQueryExecuteRemoteRequest.ZERO.withDatacenter(datacenter).withQuery(query)
                                .withLimit(request.limit()).withConnect(request.connect())
                                .withQueryOptions(request.queryOptions()));
            } catch (RpcException e) {
                LOG.log(WARNING, () -> "failed to query for service " + query.service().service() + " in "
                        + datacenter + ": " + e.getMessage());
            }
            if (!reply.nodes().isEmpty()) {
                break;
            }
        }
        return reply.withFailovers(asked);
    }

    private Set<String> targets(PreparedQuery query) {
        var failover = query.service().failover();
        var known = host.forwarding().otherDatacenters();
        var targets = new LinkedHashSet<>(known.subList(0, Math.clamp(failover.nearestN(), 0, known.size())));
        var named = new LinkedHashSet<>(failover.datacenters());
        failover.targets().stream().map(QueryFailoverTarget::datacenter).forEach(named::add);
        for (var datacenter : named) {
            if (known.contains(datacenter)) {
                targets.add(datacenter);
            } else {
                LOG.log(DEBUG, () -> "skipped unknown datacenter " + datacenter + " in prepared query");
            }
        }
        return targets;
    }
}
