package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.Area;
import dev.proconsul.rpc.client.Time;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The server lists of a router, by area and datacenter. Any thread.
public final class ServerLists {
    private static final System.Logger LOG = System.getLogger("dev.proconsul.rpc.client");

    private final String ownDatacenter;
    private final Time time;
    private final RandomGenerator random;
    private final Map<Area, Map<String, ServerList>> byArea = new EnumMap<>(Area.class);
    private final Object lock = new Object();
    private final Map<ServerList, Long> nextRebalance = new HashMap<>(); // guarded by lock

    /// Makes lists without servers.
    /// @param ownDatacenter which servers of the LAN belong to
    /// @param time          the clock
    /// @param random        shuffles and spreads
    public ServerLists(String ownDatacenter, Time time, RandomGenerator random) {
        this.ownDatacenter = ownDatacenter;
        this.time = time;
        this.random = new LockedRandom(random);
        for (var area : Area.values()) {
            byArea.put(area, new ConcurrentHashMap<>());
        }
    }

    private Map<String, ServerList> in(Area area) {
        return byArea.getOrDefault(area, Map.of());
    }

    /// {@return the list of an area and datacenter}
    /// @param area       which
    /// @param datacenter which
    public Optional<ServerList> list(Area area, String datacenter) {
        return Optional.ofNullable(in(area).get(datacenter));
    }

    /// {@return the list of the own datacenter}
    public Optional<ServerList> local() {
        return list(Area.LAN, ownDatacenter);
    }

    /// {@return the lists of a datacenter, of all areas}
    /// @param datacenter which
    public List<ServerList> of(String datacenter) {
        var found = new ArrayList<ServerList>(2);
        for (var area : Area.values()) {
            list(area, datacenter).ifPresent(found::add);
        }
        return found;
    }

    /// {@return the names of all datacenters, sorted}
    public List<String> datacenters() {
        var names = new TreeSet<String>();
        byArea.values().forEach(lists -> names.addAll(lists.keySet()));
        return List.copyOf(names);
    }

    /// Does something with the health of a server, in each list that it is in.
    /// @param server which
    /// @param action what
    public void health(ServerInfo server, Consumer<ServerHealth> action) {
        for (var lists : byArea.values()) {
            var list = lists.get(server.datacenter());
            if (list != null) {
                for (var known : list.servers()) {
                    if (known.server().node().equals(server.node())) {
                        action.accept(known.health());
                    }
                }
            }
        }
    }

    /// Does something with every list.
    /// @param action what
    public void forEach(BiConsumer<Area, ServerList> action) {
        byArea.forEach((area, lists) -> lists.values().forEach(list -> action.accept(area, list)));
    }

    /// Adds or replaces a server.
    /// @param area   where it was met
    /// @param server which
    public void add(Area area, ServerInfo server) {
        if (area == Area.LAN && !server.datacenter().equals(ownDatacenter)) {
            LOG.log(System.Logger.Level.WARNING, "ignoring server {0} of datacenter {1} among the members of {2}",
                    server.node(), server.datacenter(), ownDatacenter);
            return;
        }
        synchronized (lock) {
            in(area).computeIfAbsent(server.datacenter(), _ -> fresh()).add(server, new ServerHealth(time, random));
        }
    }

    private ServerList fresh() {
        var list = new ServerList(random);
        nextRebalance.put(list, time.nanoTime() + ServerList.FIRST_REBALANCE.toNanos());
        return list;
    }

    /// Removes a server, and with the last one its datacenter.
    /// @param area   where it was met
    /// @param server which
    public void remove(Area area, ServerInfo server) {
        synchronized (lock) {
            var list = in(area).get(server.datacenter());
            if (list != null) {
                list.remove(server.node());
                if (list.servers().isEmpty()) {
                    in(area).remove(server.datacenter());
                    nextRebalance.remove(list);
                }
            }
        }
    }

    /// {@return the lists that are to be shuffled now; each has its next time afterwards}
    /// @param nodes how many share the servers
    public List<ServerList> due(int nodes) {
        synchronized (lock) {
            long now = time.nanoTime();
            var due = new ArrayList<ServerList>();
            nextRebalance.replaceAll((list, at) -> {
                if (now - at < 0) {
                    return at;
                }
                due.add(list);
                return now + list.untilRebalance(nodes).toNanos();
            });
            return due;
        }
    }

    /// A generator that several threads may use.
    private record LockedRandom(RandomGenerator inner) implements RandomGenerator {
        @Override
        public long nextLong() {
            synchronized (inner) {
                return inner.nextLong();
            }
        }
    }
}
