package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes.Route;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ServerRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a server makes of membership and of the outcome of its calls: which server of another datacenter comes next.
class RouterRoutesTest {
    private static final ServerInfo SELF = new ServerInfo("id1", "s1", "dc1", "127.0.0.1:1");
    private static final ServerInfo NEIGHBOUR = new ServerInfo("id2", "s2", "dc1", "127.0.0.1:2");
    private static final ServerInfo FAR = new ServerInfo("id3", "far", "dc2", "127.0.0.1:3");
    private static final ServerInfo FARTHER = new ServerInfo("id4", "farther", "dc2", "127.0.0.1:4");

    private final Set<ServerInfo> silent = new HashSet<>();
    private final ServerRouter router = new ServerRouter(ServerRouter.Settings.ofServer(SELF), this::ping);
    private final Members members = new Members();

    private Duration ping(ServerInfo server, Duration timeout) throws CallException {
        if (silent.contains(server)) {
            throw new CallException.NotSent("silent", new IllegalStateException());
        }
        return Duration.ofMillis(1);
    }

    private static final class Members implements Membership {
        final List<ServerInfo> all = new ArrayList<>(List.of(SELF, NEIGHBOUR));
        Consumer<? super ServerEvent> listener = _ -> { };
        boolean watched;

        @Override
        public List<ServerInfo> servers(String datacenter) {
            return all.stream().filter(server -> server.datacenter().equals(datacenter)).toList();
        }

        @Override
        public SortedSet<String> datacenters() {
            var names = new TreeSet<String>();
            all.forEach(server -> names.add(server.datacenter()));
            return names;
        }

        @Override
        public Subscription watch(Consumer<? super ServerEvent> newListener) {
            listener = newListener;
            watched = true;
            return () -> watched = false;
        }

        void tell(ServerEvent event) {
            listener.accept(event);
        }
    }

    private RouterRoutes routes() {
        return new RouterRoutes("dc1", router, List.of(members));
    }

    private static Outcome.Failed failed(Effect effect) {
        return new Outcome.Failed("an error", effect);
    }

    @Test
    @DisplayName("M1, M4, M8: servers are asked in turn as they fail; one that joins comes last; none is no path")
    void inTurn() {
        members.all.add(FAR);
        try (var routes = routes()) {
            members.tell(new ServerEvent.Added(FARTHER));
            assertEquals(new Route.To(FAR), routes.route("dc2"));
            routes.failed(FAR, failed(Effect.REFUSED));
            assertEquals(new Route.To(FARTHER), routes.route("dc2"));
            routes.failed(FARTHER, failed(Effect.NONE));
            assertEquals(new Route.To(FAR), routes.route("dc2"));
            routes.failed(FAR, failed(Effect.UNKNOWN));
            routes.answered(FARTHER);
            assertEquals(new Route.To(FARTHER), routes.route("dc2"));

            members.tell(new ServerEvent.Removed(FAR));
            members.tell(new ServerEvent.Removed(FARTHER));
            assertEquals(new Route.Unknown(), routes.route("dc2"));
        }
        assertEquals(false, members.watched);
    }

    @Test
    @DisplayName("M3: the only server of a datacenter stays in use, however it fails")
    void theOnlyServer() {
        members.all.add(FAR);
        try (var routes = routes()) {
            routes.failed(FAR, failed(Effect.NONE));
            assertEquals(new Route.To(FAR), routes.route("dc2"));
        }
    }

    @Test
    @DisplayName("M9, M10: when nobody answers a ping the datacenter is out of reach, until somebody does or joins")
    void outOfReach() throws Exception {
        members.all.add(FAR);
        silent.add(FAR);
        try (var routes = routes()) {
            router.rebalance("dc2");
            assertEquals(new Route.Unreachable(), routes.route("dc2"));

            silent.clear();
            router.pingAll();
            assertEquals(new Route.To(FAR), routes.route("dc2"));

            silent.add(FAR);
            router.rebalance("dc2");
            assertEquals(new Route.Unreachable(), routes.route("dc2"));
            members.tell(new ServerEvent.Added(FARTHER));
            assertEquals(new Route.To(FARTHER), routes.route("dc2"));
        }
    }

    @Test
    @DisplayName("M7: a server that its peers call failed comes last, and stays listed")
    void failedByGossip() {
        members.all.addAll(List.of(FAR, FARTHER));
        try (var routes = routes()) {
            members.tell(new ServerEvent.Failed(FAR));
            assertEquals(new Route.To(FARTHER), routes.route("dc2"));
            assertEquals(List.of("dc2"), routes.datacenters());
        }
    }

    @Test
    void theOwnDatacenterHasALeaderAndNoRoute() {
        try (var routes = routes()) {
            members.tell(new ServerEvent.Failed(NEIGHBOUR));
            assertEquals(new Route.Unknown(), routes.route("dc1"));
            assertEquals(true, routes.tracks(NEIGHBOUR));
            assertEquals(false, routes.tracks(FAR));
            assertEquals(List.of(), routes.datacenters());
        }
    }
}
