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
import dev.proconsul.rpc.endpoints.internal.events.EventPublisher;
import dev.proconsul.rpc.endpoints.internal.events.PublisherLimits;
import dev.proconsul.rpc.endpoints.internal.events.Topics;
import dev.proconsul.rpc.endpoints.internal.subscribe.Streams;

/// All services of a server, and what runs beside them while it leads.
///
/// Threads: any. Whoever makes it closes it.
public final class Endpoints implements AutoCloseable {
    private final EndpointTable table;
    private final EndpointTable insecureTable;
    private final Host host;
    private final LeaderDuties duties;
    private final Streams streams;

    private Endpoints(ServerView server) {
        var store = server.state().store();
        var queries = new BlockingQueries(store, server.consensus(), server.queryTimes());
        var time = new SystemTime();
        var tokens = server.acl().enabled() ? new StoredTokens(store, time, server.acl(), server.datacenter())
                : TokenResolver.DISABLED;
        host = new Host(server.datacenter(), store, server.consensus(), queries, new Forwarding(server.datacenter()),
                tokens, time, Chance.SYSTEM, server.acl(), server.connect());
        var services = new Services(host);
        duties = services.duties();
        streams = new Streams(server.datacenter(),
                new EventPublisher(store, time, PublisherLimits.DEFAULT, Topics.sources()), tokens);
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

    Streams streams() {
        return streams;
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

    /// {@return how many subscriptions to events there are at this moment}
    public int subscriptions() {
        return streams.publisher().subscriptions();
    }

    /// {@return how many calls that stream events are open; after [#close] they end as their peers take the last words}
    public int streamsOpen() {
        return streams.open().get();
    }

    /// Ends the duties, answers every blocking query with what it has, and ends every subscription. Methods stay
    /// callable.
    @Override
    public void close() {
        streams.publisher().close();
        duties.close();
        host.time().close();
        host.queries().close();
    }
}
