package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.PreparedQuery;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds prepared queries.
///
/// Source: Consul `agent/consul/state/prepared_query.go`, `PreparedQueryResolve`.
public final class QueryReads {
    private QueryReads() {}

    /// Finds the query that is meant: by id, else by name, else the template with the longest prefix of the name.
    /// @param state    where
    /// @param idOrName what was asked for; the case of names does not matter
    /// @param segment  network segment of the asking agent, for templates
    /// @return the query, rendered if it is a template
    /// @throws RpcException when a template is asked for by its id, or cannot be rendered
    public static Optional<PreparedQuery> resolve(Reader state, String idOrName, String segment) throws RpcException {
        var byId = state.get(PreparedQueryTable.BY_ID, Keys.of(idOrName));
        if (byId != null) {
            if (PreparedQueryTable.isTemplate(byId)) {
                throw new RpcException("prepared query templates can only be resolved up by name, not by ID");
            }
            return Optional.of(byId);
        }
        var byName = state.first(PreparedQueryTable.BY_NAME, Keys.of(idOrName));
        var found = byName == null ? longestPrefix(state, idOrName) : Optional.of(byName);
        if (found.isEmpty() || !PreparedQueryTable.isTemplate(found.get())) {
            return found;
        }
        return Optional.of(QueryTemplate.render(found.get(), idOrName, segment));
    }

    private static Optional<PreparedQuery> longestPrefix(Reader state, String name) {
        var lower = Keys.lower(name);
        @Nullable PreparedQuery longest = null;
        for (var template : state.under(PreparedQueryTable.BY_TEMPLATE, Keys.NONE)) {
            if (lower.startsWith(Keys.lower(template.name()))
                    && (longest == null || longest.name().length() < template.name().length())) {
                longest = template;
            }
        }
        return Optional.ofNullable(longest);
    }
}
