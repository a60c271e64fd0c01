package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.endpoints.internal.BlockingQueries;
import dev.proconsul.rpc.endpoints.internal.Chance;
import dev.proconsul.rpc.endpoints.internal.Forwarding;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.LeaderDuties;
import dev.proconsul.rpc.endpoints.internal.Services;
import dev.proconsul.rpc.endpoints.internal.SystemTime;
import dev.proconsul.rpc.endpoints.internal.acl.StoredTokens;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;

/// All services of a server, and what runs beside them while it leads.
///
/// Threads: any. Whoever makes it closes it.
public final class Endpoints implements AutoCloseable {
    /// The release of Consul that these services behave like: three numbers with dots between.
    public static final String CONSUL_VERSION = "1.21.0";

    private final EndpointTable table;
    private final EndpointTable insecureTable;
    private final Host host;
    private final LeaderDuties duties;

    private Endpoints(ServerView server) {
        var store = server.state().store();
        var queries = new BlockingQueries(store, server.consensus(), server.queryTimes());
        var time = new SystemTime();
        var tokens = server.acl().enabled() ? new StoredTokens(store, time, server.acl(), server.datacenter())
                : TokenResolver.DISABLED;
        host = new Host(server.datacenter(), store, server.consensus(), queries, new Forwarding(server.datacenter()),
                tokens, time, Chance.SYSTEM, server.acl(), server.connect(), server.gossip());
        var services = new Services(host);
        duties = services.duties();
        table = EndpointTable.of(services.rows());
        insecureTable = EndpointTable.of(services.insecureRows());
    }

    /// Makes the services of a server and starts its duties.
    ///
    /// @param server the server they run in
    /// @return the services, to be closed by the caller
    public static Endpoints over(ServerView server) {
        var endpoints = new Endpoints(server);
        endpoints.duties.lead();
        return endpoints;
    }

    /// {@return the methods}
    public EndpointTable table() {
        return table;
    }

    /// {@return the methods for callers on TLS without a certificate (first byte 7): those that give them one}
    public EndpointTable insecureTable() {
        return insecureTable;
    }

    TokenResolver tokens() {
        return host.tokens();
    }

    /// Begins the leader's duties anew: the state is another.
    void restored() {
        duties.restart();
    }

    /// {@return how many queries have been asked (`rpc.query`)}
    public long queries() {
        return host.queries().asked();
    }

    /// {@return how many blocking queries are held at this moment (`rpc.queries_blocking`)}
    public long blockingQueries() {
        return host.queries().blocking();
    }

    /// Ends the duties, and answers every blocking query with what it has. Methods stay callable.
    @Override
    public void close() {
        duties.close();
        host.time().close();
        host.queries().close();
    }
}
