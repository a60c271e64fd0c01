package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.endpoints.internal.BlockingQueries;
import dev.proconsul.rpc.endpoints.internal.Forwarding;
import dev.proconsul.rpc.endpoints.internal.KvsEndpoint;
import dev.proconsul.rpc.endpoints.internal.LeaderDuties;
import dev.proconsul.rpc.endpoints.internal.StatusEndpoint;
import java.util.ArrayList;

/// All services of a server, and what runs beside them while it leads.
///
/// Threads: any. Whoever makes it closes it.
public final class Endpoints implements AutoCloseable {
    private final EndpointTable table;
    private final BlockingQueries queries;
    private final LeaderDuties duties;

    private Endpoints(ServerView server) {
        var store = server.state().store();
        var forwarding = new Forwarding(server.datacenter());
        queries = new BlockingQueries(store, server.consensus(), server.queryTimes());
        duties = new LeaderDuties(store, server.consensus());
        var rows = new ArrayList<Endpoint<?, ?>>();
        rows.addAll(new StatusEndpoint(server.consensus(), forwarding).rows());
        rows.addAll(new KvsEndpoint(store, server.consensus(), queries, forwarding).rows());
        table = EndpointTable.of(rows);
    }

    /// Makes the services of a server and starts its duties.
    ///
    /// @param server the server they run in
    /// @return the services, to be closed by the caller
    public static Endpoints over(ServerView server) {
        var endpoints = new Endpoints(server);
        endpoints.duties.start();
        return endpoints;
    }

    /// {@return the methods}
    public EndpointTable table() {
        return table;
    }

    /// {@return how many queries have been asked (`rpc.query`)}
    public long queries() {
        return queries.asked();
    }

    /// {@return how many blocking queries are held at this moment (`rpc.queries_blocking`)}
    public long blockingQueries() {
        return queries.blocking();
    }

    /// Ends the duties, and answers every blocking query with what it has. Methods stay callable.
    @Override
    public void close() {
        duties.close();
        queries.close();
    }
}
