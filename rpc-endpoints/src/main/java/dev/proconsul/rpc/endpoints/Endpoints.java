package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries;
import dev.proconsul.rpc.endpoints.internal.Chance;
import dev.proconsul.rpc.endpoints.internal.Forwarding;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.LeaderDuties;
import dev.proconsul.rpc.endpoints.internal.Services;
import dev.proconsul.rpc.endpoints.internal.SystemTime;
import dev.proconsul.rpc.endpoints.internal.acl.StoredTokens;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.mesh.MeshAuthority;
import dev.proconsul.rpc.endpoints.internal.mesh.RootFollower;
import dev.proconsul.rpc.structs.AutoConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// All services of a server, and what runs beside them while it leads.
///
/// Threads: any. Whoever makes it closes it.
public final class Endpoints implements AutoCloseable {
    private final EndpointTable table;
    private final EndpointTable insecureTable;
    private final Host host;
    private final LeaderDuties duties;
    private final MeshAuthority authority;
    private final Collection<RootFollower> followers = new ConcurrentLinkedQueue<>();

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
        authority = services.authority();
        table = EndpointTable.of(services.rows());
        var insecure = new ArrayList<>(services.insecureRows());
        insecure.add(new Endpoint<>(AutoConfig.INITIAL_CONFIGURATION, (_, _) -> {
            throw new RpcException("Auto Config is disabled"); // nothing to be configured from is kept here
        }));
        insecureTable = EndpointTable.of(insecure);
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

    /// Tells somebody in this process of the roots of the mesh: of those that there are before this returns, and then of
    /// each change until this is closed. A server that leads makes an authority first if there is none.
    ///
    /// @param listener told of all certificates, each as PEM text
    /// @throws InterruptedException when the caller was interrupted
    public void followRoots(Consumer<List<String>> listener) throws InterruptedException {
        followers.add(RootFollower.start(host, authority, listener));
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
        followers.forEach(RootFollower::close);
        duties.close();
        host.time().close();
        host.queries().close();
    }
}
