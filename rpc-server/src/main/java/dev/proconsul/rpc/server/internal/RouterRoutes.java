package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.KnownServer;
import dev.proconsul.rpc.client.ServerRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A server's routes along the router of the client: to other datacenters, that is. Within its own a server calls the
/// leader only, which the consensus names and membership must know.
///
/// Threads: any. Whoever makes it closes it.
final class RouterRoutes implements ServerRoutes, AutoCloseable {
    private final String datacenter;
    private final ServerRouter router;
    private final List<Membership> sources;
    private final List<Membership.Subscription> subscriptions = new ArrayList<>(); // fixed after construction

    /// @param datacenter the server's own
    /// @param router     its router; closed by its owner
    /// @param sources    where servers are known from
    RouterRoutes(String datacenter, ServerRouter router, List<Membership> sources) {
        this.datacenter = datacenter;
        this.router = router;
        this.sources = List.copyOf(sources);
        for (var source : sources) {
            subscriptions.add(source.watch(this::happened)); // first: nothing may fall between
            source.datacenters().forEach(known -> source.servers(known).forEach(this::joined));
        }
    }

    private void joined(ServerInfo server) {
        if (!server.datacenter().equals(datacenter)) {
            router.wan().joined(server);
        }
    }

    private void happened(ServerEvent event) {
        if (!event.server().datacenter().equals(datacenter)) {
            router.wan().happened(event);
        }
    }

    @Override
    public Route route(String wanted) {
        var found = router.find(wanted).or(() -> passing(wanted));
        if (found.isPresent()) {
            return new Route.To(found.get());
        }
        return router.hasDatacenter(wanted) ? new Route.Unreachable() : new Route.Unknown();
    }

    /// Deviation: a datacenter out of reach is back as soon as one of its servers answers a ping; Consul waits for the
    /// next time that all are pinged.
    private Optional<ServerInfo> passing(String wanted) {
        return router.servers().stream()
                .filter(known -> known.server().datacenter().equals(wanted))
                .filter(known -> known.health() == KnownServer.Health.PASSING)
                .map(KnownServer::server).findFirst();
    }

    @Override
    public void answered(ServerInfo server) {
        router.answered(server);
    }

    @Override
    public void failed(ServerInfo server, Outcome.Failed why) {
        router.failed(server, why.effect() == Effect.REFUSED
                ? new CallException.Refused("a call to " + server.address(), why.error(), server)
                : new CallException.NotSent(why.error(), null, Reason.NO_CONNECTION, server));
    }

    @Override
    public boolean tracks(ServerInfo server) {
        return sources.stream().flatMap(source -> source.servers(datacenter).stream())
                .anyMatch(known -> known.address().equals(server.address()));
    }

    @Override
    public List<String> datacenters() {
        return router.datacentersByDistance().stream().filter(known -> !known.equals(datacenter)).toList();
    }

    @Override
    public void close() {
        subscriptions.forEach(Membership.Subscription::close);
    }
}
