package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.ServerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The servers of one datacenter in the order in which they are asked. Any thread; readers never wait.
///
/// The first is asked until it fails, then it becomes the last. From time to time the list is shuffled, so that calls
/// spread over servers that came later; a shuffled list begins with a server that answers a ping.
///
/// Source: Consul `agent/router/manager.go`.
public final class ServerList {
    /// When a new list is shuffled first.
    static final Duration FIRST_REBALANCE = Duration.ofMinutes(2);

    private static final Duration SHORTEST = FIRST_REBALANCE;
    private static final Duration SPREAD = Duration.ofMinutes(1);
    private static final Duration PER_NODE = Duration.ofNanos(15_625_000);

    private final RandomGenerator random;
    private final Object lock = new Object();
    private volatile List<Known> servers = List.of(); // replaced under lock
    private volatile boolean offline = true;

    /// Makes an empty list, which is offline.
    /// @param random shuffles
    public ServerList(RandomGenerator random) {
        this.random = random;
    }

    /// {@return the servers, the next one to ask first; immutable}
    public List<Known> servers() {
        return servers;
    }

    /// {@return whether no server answered the last time that all were pinged, or none was ever known}
    public boolean offline() {
        return offline;
    }

    /// Adds a server at the end, or replaces the one of the same name where it stands.
    /// @param server which
    /// @param health how it fares, if it is new
    public void add(ServerInfo server, ServerHealth health) {
        synchronized (lock) {
            var changed = new ArrayList<>(servers);
            int place = place(changed, server.node());
            if (place < 0) {
                changed.add(new Known(server, health));
            } else {
                var old = changed.get(place);
                boolean moved = !old.server().address().equals(server.address());
                changed.set(place, new Known(server, moved ? health : old.health()));
            }
            servers = List.copyOf(changed);
            offline = false;
        }
    }

    /// Removes a server.
    /// @param node its name
    public void remove(String node) {
        synchronized (lock) {
            servers = servers.stream().filter(known -> !known.server().node().equals(node)).toList();
        }
    }

    /// {@return the server to ask: the first that is not failing, or else the first}
    public Optional<Known> next() {
        var present = servers;
        for (var known : present) {
            if (!known.health().failing()) {
                return Optional.of(known);
            }
        }
        return present.stream().findFirst();
    }

    /// Puts the first server last, if it is the one that failed and there are others.
    /// @param node name of the one that failed
    /// @return whether the order has changed
    public boolean failed(String node) {
        synchronized (lock) {
            if (servers.size() < 2 || !servers.getFirst().server().node().equals(node)) {
                return false;
            }
            servers = rotated(servers);
            return true;
        }
    }

    private static List<Known> rotated(List<Known> list) {
        var changed = new ArrayList<>(list.subList(1, list.size()));
        changed.add(list.getFirst());
        return List.copyOf(changed);
    }

    private static int place(List<Known> list, String node) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).server().node().equals(node)) {
                return i;
            }
        }
        return -1;
    }

    /// Shuffles, and looks for a server that answers. Deviation: a shuffle that finds none leaves the old order.
    /// @param ping asks a server for a sign of life; takes time
    /// @return whether the shuffled list is in use now
    public boolean rebalance(Predicate<Known> ping) {
        var shuffled = shuffled();
        if (shuffled.isEmpty()) {
            return false;
        }
        for (int i = 0; i < shuffled.size() && !ping.test(shuffled.getFirst()); i++) {
            if (i == shuffled.size() - 1) {
                offline = true;
                return false;
            }
            shuffled = rotated(shuffled);
        }
        offline = false;
        return reconcile(shuffled);
    }

    private List<Known> shuffled() {
        var list = new ArrayList<>(servers);
        for (int i = list.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            list.set(other, list.set(i, list.get(other)));
        }
        return list;
    }

    /// Takes into account who has come and gone during the pings.
    private boolean reconcile(List<Known> shuffled) {
        synchronized (lock) {
            if (place(servers, shuffled.getFirst().server().node()) < 0) {
                return false; // the chosen one has left
            }
            var result = new ArrayList<Known>();
            for (var known : shuffled) {
                int place = place(servers, known.server().node());
                if (place >= 0) {
                    result.add(servers.get(place));
                }
            }
            for (var known : servers) {
                if (place(shuffled, known.server().node()) < 0) {
                    result.add(known);
                }
            }
            servers = List.copyOf(result);
            return true;
        }
    }

    /// {@return how long to wait for the next rebalance: 2 to 3 minutes, and longer the more nodes share a server, so
    /// that no server is asked for new connections more than 64 times a second}
    /// @param nodes how many there are
    public Duration untilRebalance(int nodes) {
        var spread = SHORTEST.plusNanos(random.nextLong(SPREAD.toNanos()));
        int count = servers.size();
        if (count == 0) {
            return spread;
        }
        var rate = PER_NODE.multipliedBy(nodes).dividedBy(count);
        return rate.compareTo(spread) > 0 ? rate : spread;
    }

    /// A server of the list.
    /// @param server which
    /// @param health how it fares
    public record Known(ServerInfo server, ServerHealth health) {}
}
