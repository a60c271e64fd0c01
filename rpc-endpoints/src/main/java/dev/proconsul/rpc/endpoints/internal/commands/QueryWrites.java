package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.endpoints.internal.tables.QueryTemplate;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.RaftIndex;

/// Prepared queries. Their names are unique, and no name is the id of another.
///
/// Source: Consul `agent/consul/state/prepared_query.go`.
final class QueryWrites {
    private QueryWrites() {}

    static Object apply(Transaction state, PreparedQueryRequest request) throws RpcException {
        var query = request.query();
        if (query == null) {
            throw new RpcException("Must provide a query");
        }
        return switch (request.op()) {
            case "create", "update" -> set(state, query);
            case "delete" -> {
                var stored = state.get(PreparedQueryTable.BY_ID, Keys.of(query.id()));
                if (stored != null) {
                    state.delete(PreparedQueryTable.TABLE, stored);
                }
                yield Nothing.NOTHING;
            }
            default -> throw new RpcException("Invalid PreparedQuery operation '" + request.op() + "'");
        };
    }

    private static Object set(Transaction state, PreparedQuery query) throws RpcException {
        if (query.id().isEmpty()) {
            throw new RpcException("Missing prepared query ID");
        }
        requireOwnName(state, query);
        if (!query.session().isEmpty() && state.get(SessionTable.BY_ID, Keys.of(query.session())) == null) {
            throw new RpcException("invalid session \"" + query.session() + "\"");
        }
        if (PreparedQueryTable.isTemplate(query)) {
            try {
                QueryTemplate.check(query);
            } catch (RpcException e) {
                throw new RpcException("failed compiling template: " + e.getMessage(), e);
            }
        }
        var stored = state.get(PreparedQueryTable.BY_ID, Keys.of(query.id()));
        long created = stored == null ? state.index() : stored.raftIndex().createIndex();
        state.put(PreparedQueryTable.TABLE, query.withRaftIndex(new RaftIndex(created, state.index())));
        return Nothing.NOTHING;
    }

    private static void requireOwnName(Transaction state, PreparedQuery query) throws RpcException {
        if (query.name().isEmpty()) {
            var other = PreparedQueryTable.isTemplate(query)
                    ? state.first(PreparedQueryTable.BY_TEMPLATE, Keys.of("")) : null;
            if (other != null && !other.id().equalsIgnoreCase(query.id())) {
                throw new RpcException("a query template with an empty name already exists");
            }
            return;
        }
        var other = state.first(PreparedQueryTable.BY_NAME, Keys.of(query.name()));
        if (other != null && !other.id().equalsIgnoreCase(query.id())) {
            throw new RpcException("name '" + query.name() + "' aliases an existing query name");
        }
        if (state.get(PreparedQueryTable.BY_ID, Keys.of(query.name())) != null) {
            throw new RpcException("name '" + query.name() + "' aliases an existing query ID");
        }
    }
}
