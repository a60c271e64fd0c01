package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRequest;
import dev.proconsul.rpc.structs.PreparedQueryExecuteResponse;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.PreparedQuerySpecificRequest;
import java.util.List;
import java.util.Optional;

/// The service `PreparedQuery`: stored queries for instances of services.
public final class PreparedQueryClient {
    private final Ask ask;

    PreparedQueryClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public PreparedQueryClient with(CallOptions options) {
        return new PreparedQueryClient(ask.with(options));
    }

    /// {@return the identifier of a new query}
    /// @param query what to store; without identifier
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public String create(PreparedQuery query) throws CallException, InterruptedException {
        return apply("create", query);
    }

    /// Replaces a query.
    ///
    /// @param query with its identifier
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void update(PreparedQuery query) throws CallException, InterruptedException {
        apply("update", query);
    }

    /// Removes a query, if there is one.
    ///
    /// @param id of the query
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void delete(String id) throws CallException, InterruptedException {
        apply("delete", PreparedQuery.ZERO.withId(id));
    }

    /// {@return a query; empty when there is none}
    /// @param id of the query
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<PreparedQuery> get(String id) throws CallException, InterruptedException {
        return ask.unless("Query not found", () -> ask.read(PreparedQueries.GET, query(id)).queries().getFirst());
    }

    /// {@return all queries}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<PreparedQuery> list() throws CallException, InterruptedException {
        return ask.read(PreparedQueries.LIST, ask.here()).queries();
    }

    /// Runs a query.
    ///
    /// @param idOrName of the query, or what a template matches
    /// @return what it found, and where
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public PreparedQueryExecuteResponse execute(String idOrName) throws CallException, InterruptedException {
        return execute(PreparedQueryExecuteRequest.ZERO.withQueryIDOrName(idOrName));
    }

    /// Runs a query with a limit, or sorted by distance.
    ///
    /// @param request which query, and how; datacenter and the way to read come from the options
    /// @return what it found, and where
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public PreparedQueryExecuteResponse execute(PreparedQueryExecuteRequest request)
            throws CallException, InterruptedException {
        return ask.read(PreparedQueries.EXECUTE, request.withDatacenter(ask.datacenter())::withQueryOptions);
    }

    /// {@return a query as it would run, templates filled in}
    /// @param idOrName of the query, or what a template matches
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public PreparedQuery explain(String idOrName) throws CallException, InterruptedException {
        var request = PreparedQueryExecuteRequest.ZERO.withQueryIDOrName(idOrName).withDatacenter(ask.datacenter());
        return ask.read(PreparedQueries.EXPLAIN, request::withQueryOptions).query();
    }

    private String apply(String op, PreparedQuery query) throws CallException, InterruptedException {
        return ask.call(PreparedQueries.APPLY, new PreparedQueryRequest(ask.datacenter(), op, query, ask.write()));
    }

    private Ask.Question<PreparedQuerySpecificRequest> query(String id) {
        return options -> new PreparedQuerySpecificRequest(ask.datacenter(), id, options);
    }
}
