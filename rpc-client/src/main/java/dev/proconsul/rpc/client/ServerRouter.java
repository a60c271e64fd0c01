package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.internal.Distances;
import dev.proconsul.rpc.client.internal.ServerHealth;
import dev.proconsul.rpc.client.internal.ServerList;
import dev.proconsul.rpc.client.internal.ServerLists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Which servers there are, in which datacenters, how they fare, and which of them to ask next.
///
/// Membership tells it through [#lan()] and [#wan()]; whoever calls tells it what became of the call
/// ([#answered], [#failed]). A server that fails a call goes to the end of its list, and is left alone for a while if it
/// did not answer at all; it is pinged before it is preferred again. Lists are shuffled every few minutes
/// ([#rebalance]); calls in flight stay where they are.
///
/// Threads: any. [#find] and its kin never wait. [#start] runs a thread that pings and shuffles; whoever started it
/// closes the router. Without it the router works, and does neither.
///
/// Source: Consul `agent/router/router.go`, `agent/router/manager.go`.
public final class ServerRouter implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);

    private final Settings settings;
    private final Pinger pinger;
    private final Time time;
    private final ServerLists lists;
    private final ServerSink lan = new Feed(Area.LAN);
    private final ServerSink wan = new Feed(Area.WAN);
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private volatile String leader = "";
    private volatile boolean closed;
    private @Nullable Thread keeper; // guarded by lock

    /// Asks a server for a sign of life.
    @FunctionalInterface
    public interface Pinger {
        /// {@return how long the answer took}
        /// @param server  which
        /// @param timeout for everything
        /// @throws CallException        when there was none
        /// @throws InterruptedException when the caller was interrupted
        Duration ping(ServerInfo server, Duration timeout) throws CallException, InterruptedException;
    }

    /// Is told that a router knows something else now. Any thread; must not wait.
    @FunctionalInterface
    public interface Observer {
        /// Servers have come or gone, or the leader is another one.
        /// @param shuffled whether the reason is that a list was shuffled
        void changed(boolean shuffled);
    }

    /// What a router knows of itself.
    ///
    /// @param datacenter the own one; empty if it is not known, as where only addresses are configured
    /// @param self       the server that this router is part of, which needs no ping; empty in a client
    /// @param nodes      how many nodes share the servers, 0 or more; slows shuffling in big clusters
    public record Settings(String datacenter, Optional<ServerInfo> self, int nodes) {
        /// {@return settings of a client}
        /// @param datacenter its own
        public static Settings ofClient(String datacenter) {
            return new Settings(datacenter, Optional.empty(), 0);
        }

        /// {@return settings of a server}
        /// @param self the server
        public static Settings ofServer(ServerInfo self) {
            return new Settings(self.datacenter(), Optional.of(self), 0);
        }
    }

    /// Makes a router that knows no server.
    /// @param settings what it knows of itself
    /// @param pinger   often [ServerPool#ping]
    public ServerRouter(Settings settings, Pinger pinger) {
        this(settings, pinger, Time.SYSTEM, RandomGenerator.of("SplittableRandom"));
    }

    /// Makes a router with clock and chance of its own.
    /// @param settings what it knows of itself
    /// @param pinger   often [ServerPool#ping]
    /// @param time     the clock
    /// @param random   shuffles and spreads; used by one thread at a time
    public ServerRouter(Settings settings, Pinger pinger, Time time, RandomGenerator random) {
        this.settings = settings;
        this.pinger = pinger;
        this.time = time;
        this.lists = new ServerLists(settings.datacenter(), time, random);
    }

    /// {@return what is told by the members of the own datacenter; servers of other datacenters are ignored}
    public ServerSink lan() {
        return lan;
    }

    /// {@return what is told by the servers of all datacenters}
    public ServerSink wan() {
        return wan;
    }

    /// Has somebody told of every change from now on.
    /// @param observer is told
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /// Tells somebody no more.
    /// @param observer as it was given to [#observe]
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    private void tell(boolean shuffled) {
        observers.forEach(observer -> observer.changed(shuffled));
    }

    /// Starts to ping and to shuffle, on a thread of its own. Starting twice is harmless.
    public void start() {
        synchronized (lock) {
            if (keeper == null && !closed) {
                keeper = Thread.ofVirtual().name("router").start(this::keep);
            }
        }
    }

    /// {@return the server of the own datacenter to ask next, also when none answered lately; empty when none is known}
    public Optional<ServerInfo> findLocal() {
        return lists.local().flatMap(ServerList::next).map(ServerList.Known::server);
    }

    /// {@return the server of a datacenter to ask next; empty when none is known or none answered lately}
    /// @param datacenter which
    public Optional<ServerInfo> find(String datacenter) {
        return lists.of(datacenter).stream()
                .filter(list -> !list.offline())
                .flatMap(list -> list.next().stream())
                .findFirst()
                .map(ServerList.Known::server);
    }

    /// {@return whether any server of a datacenter is known, be it in reach or not}
    /// @param datacenter which
    public boolean hasDatacenter(String datacenter) {
        return !lists.of(datacenter).isEmpty();
    }

    /// {@return whether a datacenter is the own one}
    /// @param datacenter which
    public boolean isOwn(String datacenter) {
        return settings.datacenter().equals(datacenter);
    }

    /// {@return the names of all datacenters, sorted}
    public List<String> datacenters() {
        return lists.datacenters();
    }

    /// {@return the names of all datacenters, the nearest first, by the median of the round-trip times of their servers;
    /// those without one last; equal ones by name}
    public List<String> datacentersByDistance() {
        return Distances.sort(settings.datacenter(), servers());
    }

    /// {@return the server of a datacenter that has an address}
    /// @param datacenter which
    /// @param address    `host:port`
    public Optional<ServerInfo> byAddress(String datacenter, String address) {
        return lists.of(datacenter).stream()
                .flatMap(list -> list.servers().stream())
                .map(ServerList.Known::server)
                .filter(server -> server.address().equals(address))
                .findFirst();
    }

    /// {@return the leader of the own datacenter; empty when there is none, or it is not among the known servers}
    public Optional<ServerInfo> leader() {
        var address = leader;
        return address.isEmpty() ? Optional.empty() : lists.local().flatMap(list -> list.servers().stream()
                .map(ServerList.Known::server)
                .filter(server -> server.address().equals(address))
                .findFirst());
    }

    /// {@return every known server and how it fares, by datacenter, in the order in which they are asked}
    public List<KnownServer> servers() {
        var all = new ArrayList<KnownServer>();
        lists.forEach((area, list) -> list.servers().forEach(known -> all.add(view(area, known))));
        all.sort(Comparator.comparing((KnownServer known) -> known.server().datacenter())
                .thenComparing(KnownServer::area)); // stable
        return List.copyOf(all);
    }

    private static KnownServer view(Area area, ServerList.Known known) {
        var health = known.health();
        var state = health.failing() ? KnownServer.Health.FAILING
                : health.passing() ? KnownServer.Health.PASSING : KnownServer.Health.UNKNOWN;
        return new KnownServer(known.server(), area, state, health.failures(), health.retryIn(), health.rtt(),
                health.problem());
    }

    /// A call to a server was answered, be it with an error.
    /// @param server which
    public void answered(ServerInfo server) {
        lists.health(server, ServerHealth::succeeded);
    }

    /// A call to a server failed: calls go to another one from now on, if there is one.
    ///
    /// Source: Consul moves on after errors of the method as well, since another server may do better.
    ///
    /// @param server which
    /// @param why    how it failed
    public void failed(ServerInfo server, CallException why) {
        if (why instanceof CallException.Refused) {
            answered(server);
        } else {
            lists.health(server, health -> health.failed(why.getMessage()));
        }
        lists.of(server.datacenter()).forEach(list -> list.failed(server.node()));
    }

    /// Shuffles the lists of a datacenter, and makes sure that each begins with a server that answers a ping. Where none
    /// answers the old order stays, and the datacenter counts as out of reach until one joins or the next time.
    ///
    /// @param datacenter which
    /// @throws InterruptedException when the caller was interrupted
    public void rebalance(String datacenter) throws InterruptedException {
        for (var list : lists.of(datacenter)) {
            rebalance(list);
            if (Thread.interrupted()) {
                throw new InterruptedException("rebalancing was interrupted");
            }
        }
    }

    private void rebalance(ServerList list) {
        if (list.rebalance(this::answersPing)) {
            tell(true);
        }
    }

    /// Pings every known server at the same time, so that [#servers()] tells how each fares now.
    ///
    /// @throws InterruptedException when the caller was interrupted
    public void pingAll() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        lists.forEach((_, list) -> list.servers().forEach(known ->
                threads.add(Thread.ofVirtual().name("ping").start(() -> answersPing(known)))));
        try {
            for (var thread : threads) {
                thread.join();
            }
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }

    private boolean answersPing(ServerList.Known known) {
        var server = known.server();
        if (settings.self().filter(self -> self.node().equals(server.node())
                && self.datacenter().equals(server.datacenter())).isPresent()) {
            known.health().succeeded();
            return true;
        }
        try {
            known.health().succeeded(pinger.ping(server, PING_TIMEOUT));
            return true;
        } catch (CallException e) {
            known.health().failed(e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void keep() {
        try {
            while (!closed) {
                time.sleep(TICK);
                tick();
            }
        } catch (InterruptedException e) {
            // the router was closed
        }
    }

    /// Once a second: starts what is due, each on a thread of its own, because a server may not answer for long.
    void tick() {
        lists.due(settings.nodes()).forEach(list -> background(() -> rebalance(list)));
        lists.forEach((_, list) -> list.servers().stream()
                .filter(known -> known.health().takeProbe())
                .forEach(known -> background(() -> answersPing(known))));
    }

    private static void background(Runnable task) {
        Thread.ofVirtual().name("ping").start(task);
    }

    /// Stops pinging and shuffling. Closing twice is harmless.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (keeper != null) {
                keeper.interrupt();
            }
        }
    }

    /// What one area tells.
    private final class Feed implements ServerSink {
        private final Area area;

        Feed(Area area) {
            this.area = area;
        }

        @Override
        public void joined(ServerInfo server) {
            lists.add(area, server);
            tell(false);
        }

        @Override
        public void left(ServerInfo server) {
            lists.remove(area, server);
            tell(false);
        }

        /// Members of a datacenter take a server that failed for gone; other datacenters wait for it.
        @Override
        public void failed(ServerInfo server) {
            switch (area) {
                case LAN -> lists.remove(area, server);
                case WAN -> lists.list(area, server.datacenter()).ifPresent(list -> list.failed(server.node()));
            }
            tell(false);
        }

        @Override
        public void leader(String address) {
            leader = address;
            tell(false);
        }
    }
}
