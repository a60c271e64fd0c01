package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.QueryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRemoteRequest;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRequest;
import dev.proconsul.rpc.structs.PreparedQueryExecuteResponse;
import dev.proconsul.rpc.structs.PreparedQueryExplainResponse;
import dev.proconsul.rpc.structs.QuerySource;
import dev.proconsul.rpc.structs.ServiceQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Runs prepared queries.
///
/// Instances are found, judged by their checks, metadata and tags, shuffled, sorted by distance, and cut. A query that
/// finds nothing looks in other datacenters, if it says so: see [QueryFailover].
///
/// Source: Consul `agent/consul/prepared_query_endpoint.go`.
final class QueryExecution {
    private static final String PASSING = "passing";
    private static final String CRITICAL = "critical";
    private static final String NEAR_AGENT = "_agent";
    private static final String NEAR_IP = "_ip";
    /// How far back the asking node itself may stand and still be put in front.
    private static final int NEARBY = 10;

    private final Host host;
    private final QueryFailover failover;

    QueryExecution(Host host) {
        this.host = host;
        this.failover = new QueryFailover(host);
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(PreparedQueries.EXECUTE, this::execute),
                host.endpoint(PreparedQueries.EXECUTE_REMOTE, this::executeRemote),
                host.endpoint(PreparedQueries.EXPLAIN, this::explain));
    }

    private PreparedQuery resolved(PreparedQueryExecuteRequest request) throws RpcException {
        if (request.queryIDOrName().isEmpty()) {
            throw new RpcException("Missing Query ID");
        }
        return QueryReads.resolve(host.store().current(), request.queryIDOrName(), request.agent().segment())
                .orElseThrow(() -> new RpcException("Query not found"));
    }

    private PreparedQueryExplainResponse explain(PreparedQueryExecuteRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        host.queries().verify(request.queryOptions());
        var query = resolved(request);
        if (PreparedQueryEndpoint.hasAclName(query) && !caller.may(Resource.QUERY, Access.READ, query.name())) {
            throw new RpcException("Permission denied");
        }
        return new PreparedQueryExplainResponse(PreparedQueryEndpoint.redacted(query, caller),
                host.queries().meta(0));
    }

    private PreparedQueryExecuteResponse execute(PreparedQueryExecuteRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        host.queries().verify(request.queryOptions());
        var query = resolved(request);
        var asWhom = query.token().isEmpty() ? caller : host.tokens().resolve(query.token());
        var state = host.store().current();
        var found = instances(state, query.service(), request.connect(), asWhom);
        var source = source(state, query, request);
        var rows = Distance.sort(state, host.datacenter(), source, found.rows(), row -> nodeOf(row).node());
        var sorted = cut(withSourceInFront(rows, source), request.limit());
        var own = reply(query, sorted, found.removed() && !request.queryOptions().token().isEmpty());
        return sorted.isEmpty() ? failover.run(query, request, own) : own;
    }

    private PreparedQueryExecuteResponse executeRemote(PreparedQueryExecuteRemoteRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        host.queries().verify(request.queryOptions());
        var query = request.query();
        var asWhom = query.token().isEmpty() ? caller : host.tokens().resolve(query.token());
        var found = instances(host.store().current(), query.service(), request.connect(), asWhom);
        return reply(query, cut(found.rows(), request.limit()),
                found.removed() && !request.queryOptions().token().isEmpty());
    }

    private PreparedQueryExecuteResponse reply(PreparedQuery query, List<CheckServiceNode> rows, boolean filtered) {
        return PreparedQueryExecuteResponse.ZERO.withService(query.service().service())
                .withNodes(rows.isEmpty() ? Nil.list() : rows).withDns(query.dns()).withDatacenter(host.datacenter())
                .withQueryMeta(host.queries().meta(0).withResultsFilteredByACLs(filtered));
    }

    /// In random order.
    private Filtered<CheckServiceNode> instances(Reader state, ServiceQuery query, boolean connect, Authorizer caller) {
        var found = connect || query.connect()
                ? HealthReads.inMesh(state, query.service())
                : HealthReads.of(state, ServiceReads.named(state, query.service(), true));
        var fitting = found.value().stream().filter(row -> fits(row, query)).toList();
        var allowed = Filtered.of(fitting, row -> Readable.instance(caller, row));
        var shuffled = new ArrayList<>(allowed.rows());
        host.chance().shuffle(shuffled);
        return new Filtered<>(shuffled, allowed.removed());
    }

    private static boolean fits(CheckServiceNode row, ServiceQuery query) {
        for (var check : row.checks()) {
            boolean bad = query.onlyPassing() ? !check.status().equals(PASSING) : check.status().equals(CRITICAL);
            if (bad && !query.ignoreCheckIDs().contains(check.checkID())) {
                return false;
            }
        }
        var service = row.service() == null ? NodeService.ZERO : row.service();
        return NodeReads.hasMeta(nodeOf(row), query.nodeMeta())
                && query.serviceMeta().entrySet().stream()
                        .allMatch(pair -> pair.getValue().equals(service.meta().get(pair.getKey())))
                && query.tags().stream().allMatch(tag -> fits(service, tag));
    }

    /// A tag must be there, or must not with `!` before it.
    private static boolean fits(NodeService service, String tag) {
        boolean forbidden = tag.startsWith("!");
        var wanted = forbidden ? tag.substring(1) : tag;
        return service.tags().stream().anyMatch(wanted::equalsIgnoreCase) != forbidden;
    }

    private static Node nodeOf(CheckServiceNode row) {
        return row.node() == null ? Node.ZERO : row.node();
    }

    /// From where distances count: the request says, or else the query.
    private QuerySource source(Reader state, PreparedQuery query, PreparedQueryExecuteRequest request) {
        var sent = request.source();
        var source = sent.node().isEmpty() ? sent.withNode(query.service().near()) : sent;
        if (sent.datacenter().isEmpty()) {
            source = source.withDatacenter(request.agent().datacenter());
        }
        return switch (source.node()) {
            case NEAR_AGENT -> source.withNode(request.agent().node());
            case NEAR_IP -> source.withNode(nodeAt(state, source.ip()));
            default -> source;
        };
    }

    private static String nodeAt(Reader state, String address) {
        for (var node : state.all(NodeTable.TABLE)) {
            if (node.address().equals(address)) {
                return node.node();
            }
        }
        return "";
    }

    private static List<CheckServiceNode> withSourceInFront(List<CheckServiceNode> rows, QuerySource source) {
        if (source.node().isEmpty()) {
            return rows;
        }
        for (int i = 1; i < Math.min(rows.size(), NEARBY); i++) {
            if (nodeOf(rows.get(i)).node().equals(source.node())) {
                var swapped = new ArrayList<>(rows);
                Collections.swap(swapped, 0, i);
                return swapped;
            }
        }
        return rows;
    }

    private static List<CheckServiceNode> cut(List<CheckServiceNode> rows, long limit) {
        return limit > 0 && limit < rows.size() ? rows.subList(0, (int) limit) : rows;
    }
}
