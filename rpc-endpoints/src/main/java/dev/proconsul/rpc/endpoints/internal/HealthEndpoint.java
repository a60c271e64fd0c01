package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.filter.Filter;
import dev.proconsul.rpc.endpoints.internal.filter.RowTypes;
import dev.proconsul.rpc.endpoints.internal.mesh.CentralConfig;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.CheckReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.ChecksInStateRequest;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.IndexedHealthChecks;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.List;
import java.util.Map;

/// The service `Health`: checks, and instances with their checks.
///
/// Source: Consul `agent/consul/health_endpoint.go`.
public final class HealthEndpoint {
    private static final String PASSING = "passing";
    private static final String CRITICAL = "critical";

    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public HealthEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Health.CHECKS_IN_STATE, this::checksInState),
                host.endpoint(Health.NODE_CHECKS, this::nodeChecks),
                host.endpoint(Health.SERVICE_CHECKS, HealthEndpoint::refuseTags, this::serviceChecks),
                host.endpoint(Health.SERVICE_NODES, this::serviceNodes));
    }

    private IndexedHealthChecks checksInState(ChecksInStateRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.HEALTH_CHECK);
        return host.queries().ask(Health.CHECKS_IN_STATE, request, caller, state -> {
            var found = CheckReads.inState(state, request.state(), request.nodeMetaFilters());
            var allowed = allowed(found.value(), caller);
            var rows = Distance.sort(state, host.datacenter(), request.source(), filter.apply(allowed.rows()),
                    HealthCheck::node);
            return result(found, rows, allowed);
        });
    }

    private IndexedHealthChecks nodeChecks(NodeSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.HEALTH_CHECK);
        return host.queries().ask(Health.NODE_CHECKS, request, caller, state -> {
            var found = CheckReads.ofNode(state, request.node());
            var allowed = allowed(found.value(), caller);
            return result(found, filter.apply(allowed.rows()), allowed);
        });
    }

    private static void refuseTags(ServiceSpecificRequest request) throws RpcException {
        if (request.tagFilter()) {
            throw new RpcException("Tag filtering is not supported");
        }
    }

    /// The one query that looks at the filter before it asks what the caller may see.
    private IndexedHealthChecks serviceChecks(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.HEALTH_CHECK);
        return host.queries().ask(Health.SERVICE_CHECKS, request, caller, state -> {
            var found = CheckReads.ofService(state, request.serviceName(), request.nodeMetaFilters());
            var allowed = allowed(filter.apply(nilIfEmpty(found.value())), caller);
            var rows = Distance.sort(state, host.datacenter(), request.source(), allowed.rows(), HealthCheck::node);
            return result(found, rows, allowed);
        });
    }

    private static Filtered<HealthCheck> allowed(List<HealthCheck> checks, Authorizer caller) {
        return Filtered.of(nilIfEmpty(checks), check -> Readable.check(caller, check));
    }

    private static List<HealthCheck> nilIfEmpty(List<HealthCheck> checks) {
        return checks.isEmpty() ? Nil.list() : checks;
    }

    private static Result<IndexedHealthChecks> result(
            Indexed<?> found, List<HealthCheck> rows, Filtered<?> allowed) {
        return Result.found(found.index(), IndexedHealthChecks.ZERO.withHealthChecks(rows))
                .filtered(allowed.removed());
    }

    private IndexedCheckServiceNodes serviceNodes(ServiceSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!request.samenessGroup().isEmpty()) {
            throw new RpcException("sameness groups are not supported in consul CE");
        }
        if (request.serviceName().isEmpty()) {
            throw new RpcException("Must provide service name");
        }
        if ((request.connect() || request.ingress()) && !Readable.service(caller, request.serviceName())) {
            throw new RpcException("Permission denied");
        }
        var filter = Filter.of(request.queryOptions().filter(), RowTypes.CHECK_SERVICE_NODE);
        return host.queries().ask(Health.SERVICE_NODES, request, caller, state -> {
            var found = instances(state, request);
            var wanted = onNodesWith(found.value(), request.nodeMetaFilters());
            var allowed = Filtered.of(wanted, row -> Readable.instance(caller, row));
            var rows = healthy(filter.apply(allowed.rows()), request.healthFilterType());
            var sorted = Distance.sort(state, host.datacenter(), request.source(), rows, HealthEndpoint::nodeOf);
            if (!request.mergeCentralConfig()) {
                return Result.found(found.index(), IndexedCheckServiceNodes.ZERO.withNodes(sorted))
                        .filtered(allowed.removed());
            }
            var merged = sorted.isEmpty() ? sorted
                    : sorted.stream().map(row -> CentralConfig.into(state, row)).toList();
            return Result.found(Math.max(found.index(), ConfigEntryReads.index(state)),
                    IndexedCheckServiceNodes.ZERO.withNodes(merged)).filtered(allowed.removed()).onlyIfChanged();
        });
    }

    private static Indexed<List<CheckServiceNode>> instances(Reader state, ServiceSpecificRequest request) {
        if (request.connect()) {
            return HealthReads.inMesh(state, request.serviceName());
        }
        if (request.tagFilter()) {
            var named = ServiceReads.named(state, request.serviceName(), true);
            return HealthReads.of(state, CatalogQueries.tagged(request, named));
        }
        return request.ingress()
                ? HealthReads.ingress(state, request.serviceName())
                : HealthReads.of(state, ServiceReads.named(state, request.serviceName(), true));
    }

    private static List<CheckServiceNode> onNodesWith(List<CheckServiceNode> rows, Map<String, String> meta) {
        if (meta.isEmpty()) {
            return rows;
        }
        var kept = rows.stream().filter(row -> row.node() != null && NodeReads.hasMeta(row.node(), meta)).toList();
        return kept.isEmpty() ? Nil.list() : kept;
    }

    private static List<CheckServiceNode> healthy(List<CheckServiceNode> rows, long type) {
        if (type == 1) {
            return rows.stream().filter(row -> row.checks().stream().noneMatch(c -> c.status().equals(CRITICAL)))
                    .toList();
        }
        return type == 2
                ? rows.stream().filter(row -> row.checks().stream().allMatch(c -> c.status().equals(PASSING))).toList()
                : rows;
    }

    private static String nodeOf(CheckServiceNode row) {
        var node = row.node();
        return node == null ? "" : node.node();
    }
}
