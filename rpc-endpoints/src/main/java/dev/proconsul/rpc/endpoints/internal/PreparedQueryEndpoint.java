package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.IndexedPreparedQueries;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.PreparedQuerySpecificRequest;
import java.util.ArrayList;
import java.util.List;

/// The service `PreparedQuery`: queries that are stored and run by name. Running them is in [QueryExecution].
///
/// Source: Consul `agent/consul/prepared_query_endpoint.go`.
final class PreparedQueryEndpoint {
    private static final String NO_UUID =
            "failed prepared query lookup: index error: UUID must be 36 characters";

    private final Host host;

    PreparedQueryEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        var rows = new ArrayList<Endpoint<?, ?>>(new QueryExecution(host).rows());
        rows.add(host.endpoint(PreparedQueries.APPLY, this::apply));
        rows.add(host.endpoint(PreparedQueries.GET, this::get));
        rows.add(host.endpoint(PreparedQueries.LIST, this::list));
        return rows;
    }

    private String apply(PreparedQueryRequest request, Authorizer caller) throws RpcException, InterruptedException {
        var sent = request.query();
        if (sent == null) {
            throw new RpcException("Must provide a query");
        }
        boolean create = request.op().equals("create");
        if (create && !sent.id().isEmpty()) {
            throw new RpcException("ID must be empty when creating a new prepared query");
        }
        var query = create ? sent.withId(host.chance().uuid()) : sent;
        requireWritable(query, caller);
        if (!create) {
            requireWritable(stored(query.id()), caller);
        }
        switch (request.op()) {
            case "create", "update" -> {
                try {
                    PreparedQueryRules.check(query);
                } catch (RpcException e) {
                    throw new RpcException("Invalid prepared query: " + e.getMessage(), e);
                }
            }
            case "delete" -> { }
            default -> throw new RpcException("Unknown prepared query operation: " + request.op());
        }
        host.apply(Commands.PREPARED_QUERY, request.withQuery(query), "raft apply failed: ");
        return query.id();
    }

    private PreparedQuery stored(String id) throws RpcException {
        if (!Uuids.isUuid(id)) {
            throw new RpcException("Prepared Query lookup failed: " + NO_UUID);
        }
        var stored = host.store().current().get(PreparedQueryTable.BY_ID, Keys.of(id));
        if (stored == null) {
            throw new RpcException("Cannot modify non-existent prepared query: '" + id + "'");
        }
        return stored;
    }

    private static void requireWritable(PreparedQuery query, Authorizer caller) throws RpcException {
        if (hasAclName(query)) {
            caller.require(Resource.QUERY, Access.WRITE, query.name());
        }
    }

    /// A query without a name is protected by its id alone; a template may have an empty name.
    static boolean hasAclName(PreparedQuery query) {
        return !query.name().isEmpty() || PreparedQueryTable.isTemplate(query);
    }

    private IndexedPreparedQueries get(PreparedQuerySpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!Uuids.isUuid(request.queryID())) {
            throw new RpcException(NO_UUID);
        }
        return host.queries().ask(PreparedQueries.GET, request, caller, state -> {
            var stored = state.get(PreparedQueryTable.BY_ID, Keys.of(request.queryID()));
            if (stored == null) {
                throw new RpcException("Query not found");
            }
            if (hasAclName(stored) && !caller.may(Resource.QUERY, Access.READ, stored.name())) {
                throw new RpcException("Permission denied");
            }
            return Result.found(state.unwatched().entry(PreparedQueryTable.TABLE),
                    IndexedPreparedQueries.ZERO.withQueries(List.of(redacted(stored, caller))));
        });
    }

    private IndexedPreparedQueries list(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(PreparedQueries.LIST, request, caller, state -> {
            long index = state.entry(PreparedQueryTable.TABLE);
            var rows = Rows.list(state.unwatched().all(PreparedQueryTable.TABLE));
            boolean everything = caller.may(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
            var allowed = Filtered.of(rows.isEmpty() ? Nil.<PreparedQuery>list() : rows, query -> everything
                    || hasAclName(query) && caller.may(Resource.QUERY, Access.READ, query.name()));
            var shown = allowed.rows().isEmpty() ? allowed.rows()
                    : allowed.rows().stream().map(query -> redacted(query, caller)).toList();
            return Result.found(index, IndexedPreparedQueries.ZERO.withQueries(shown)).filtered(allowed.removed());
        });
    }

    /// Tokens are shown to those who can make tokens, and to nobody else.
    static PreparedQuery redacted(PreparedQuery query, Authorizer caller) {
        return query.token().isEmpty() || caller.may(Resource.ACL, Access.WRITE, Authorizer.UNNAMED)
                ? query : query.withToken(PreparedQueryRules.HIDDEN);
    }
}
