package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Leadership;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries;
import dev.proconsul.rpc.endpoints.internal.Chance;
import dev.proconsul.rpc.endpoints.internal.Forwarding;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.LeaderDuties;
import dev.proconsul.rpc.endpoints.internal.Readiness;
import dev.proconsul.rpc.endpoints.internal.Services;
import dev.proconsul.rpc.endpoints.internal.Stay;
import dev.proconsul.rpc.endpoints.internal.SystemStay;
import dev.proconsul.rpc.endpoints.internal.SystemTime;
import dev.proconsul.rpc.endpoints.internal.acl.StoredTokens;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.events.EventPublisher;
import dev.proconsul.rpc.endpoints.internal.events.PublisherLimits;
import dev.proconsul.rpc.endpoints.internal.events.Topics;
import dev.proconsul.rpc.endpoints.internal.mesh.MeshAuthority;
import dev.proconsul.rpc.endpoints.internal.mesh.RootFollower;
import dev.proconsul.rpc.endpoints.internal.subscribe.Streams;
import dev.proconsul.rpc.structs.AutoConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

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
    private final Streams streams;
    private final Readiness readiness;
    private final Stay stay = new SystemStay();
    private final MeshAuthority authority;
    private final Collection<RootFollower> followers = new ConcurrentLinkedQueue<>();

    private Endpoints(ServerView server) {
        var store = server.state().store();
        readiness = new Readiness(stay, server.peers().holdTimeout());
        var queries = new BlockingQueries(store, server.consensus(), server.queryTimes(), readiness);
        var time = new SystemTime();
        var tokens = server.acl().enabled() ? new StoredTokens(store, time, server.acl(), server.datacenter())
                : TokenResolver.DISABLED;
        var forwarding = new Forwarding(server.datacenter(), server.consensus(), server.peers(), server.queryTimes(),
                tokens, stay, bound -> ThreadLocalRandom.current().nextLong(bound));
        host = new Host(server.datacenter(), store, server.consensus(), queries, forwarding,
                tokens, time, Chance.SYSTEM, server.acl(), server.connect(), server.gossip());
        var services = new Services(host);
        duties = services.duties();
        streams = new Streams(new EventPublisher(store, time, PublisherLimits.DEFAULT, Topics.sources()), tokens);
        authority = services.authority();
        table = EndpointTable.of(services.rows());
        var insecure = new ArrayList<>(services.insecureRows());
        insecure.add(new Endpoint<>(AutoConfig.INITIAL_CONFIGURATION, (_, _) -> {
            throw new RpcException("Auto Config is disabled"); // nothing to be configured from is kept here
        }));
        insecureTable = EndpointTable.of(insecure);
    }

    /// Makes the services of a server. Their duties begin and end with its leadership.
    ///
    /// @param server the server they run in
    /// @return the services, to be closed by the caller
    public static Endpoints over(ServerView server) {
        var endpoints = new Endpoints(server);
        server.consensus().observe(endpoints.new WhileLeading());
        return endpoints;
    }

    private final class WhileLeading implements Leadership {
        @Override
        public void gained() {
            duties.lead();
            readiness.set(true);
        }

        @Override
        public void lost() {
            readiness.set(false);
            duties.follow();
        }
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

    /// Tells somebody in this process of the roots of the mesh: of those that there are before this returns, and then
    /// of each change until this is closed. A server that leads makes an authority first if there is none.
    ///
    /// @param listener told of all certificates, each as PEM text
    /// @throws InterruptedException when the caller was interrupted
    public void followRoots(Consumer<List<String>> listener) throws InterruptedException {
        followers.add(RootFollower.start(host, authority, listener));
    }

    TokenResolver tokens() {
        return host.tokens();
    }

    Forwarding forwarding() {
        return host.forwarding();
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

    /// {@return how many calls were sent to other datacenters (`rpc.cross-dc`)}
    public long callsAcrossDatacenters() {
        return host.forwarding().acrossDatacenters();
    }

    /// The server is about to end. From now on whatever needs the leader is answered with `No cluster leader`, which
    /// lets callers try another server, and so are blocking queries that wait at another server.
    public void leave() {
        stay.close();
    }

    /// Leaves, ends the duties, answers every blocking query with what it has, and ends every subscription. Methods stay
    /// callable.
    @Override
    public void close() {
        followers.forEach(RootFollower::close);
        leave();
        streams.publisher().close();
        duties.close();
        host.time().close();
        host.queries().close();
    }
}
