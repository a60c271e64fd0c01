package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// The threads that wait for changes, by what they wait for.
///
/// A write looks up the topics that its keys belong to: the key itself, and the watched prefixes on the way to it. What
/// is watched elsewhere costs it nothing, however much there is.
///
/// Threads: any. One lock guards the registry, for a few lookups at a time; threads are woken outside of it. It is
/// taken inside the writer's lock of [StateStore], never the other way round.
public final class Watches {
    private final Map<Table, WatchedTable> tables = new EnumMap<>(Table.class);
    private final AtomicLong wakeUps = new AtomicLong();
    private int waiting;

    Watches() {
        for (var table : Table.values()) {
            tables.put(table, new WatchedTable());
        }
    }

    /// {@return the number of threads that wait now}
    public synchronized int waiting() {
        return waiting;
    }

    /// {@return the number of different keys and prefixes that are waited for now}
    public synchronized int topics() {
        return tables.values().stream().mapToInt(WatchedTable::topics).sum();
    }

    /// {@return how many threads a write has woken so far; a thread that found the change itself does not count}
    public long wakeUps() {
        return wakeUps.get();
    }

    synchronized void register(List<Topic> topics, Waiter waiter) {
        waiting++;
        for (var topic : topics) {
            watched(topic).add(topic, waiter);
        }
    }

    synchronized void deregister(List<Topic> topics, Waiter waiter) {
        waiting--;
        for (var topic : topics) {
            watched(topic).remove(topic, waiter);
        }
    }

    /// Wakes the waiters of topics that a published version changed.
    void wake(List<Topic> changes, Version before, Version after) {
        var found = new ArrayList<Waiter>();
        synchronized (this) {
            if (waiting == 0) {
                return;
            }
            for (var change : changes) {
                watched(change).find(change, before, after, found);
            }
        }
        wake(found);
    }

    /// Wakes all waiters.
    void wakeAll() {
        var found = new ArrayList<Waiter>();
        synchronized (this) {
            tables.values().forEach(table -> table.addAll(found));
        }
        wake(found);
    }

    private void wake(List<Waiter> found) {
        for (var waiter : found) {
            if (waiter.wake()) {
                wakeUps.incrementAndGet();
            }
        }
    }

    private WatchedTable watched(Topic topic) {
        var watched = tables.get(topic.table());
        if (watched == null) {
            throw new IllegalStateException("no watches for " + topic.table());
        }
        return watched;
    }
}
