package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.HashMap;
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
    /// Of those indexes that were ever watched.
    private final Map<Index<?>, WatchedIndex> indexes = new HashMap<>();
    private final AtomicLong wakeUps = new AtomicLong();
    private int waiting;

    Watches() {}

    /// {@return the number of threads that wait now}
    public synchronized int waiting() {
        return waiting;
    }

    /// {@return the number of different keys and prefixes that are waited for now}
    public synchronized int topics() {
        return indexes.values().stream().mapToInt(WatchedIndex::topics).sum();
    }

    /// {@return how many threads a write has woken so far; a thread that found the change itself does not count}
    public long wakeUps() {
        return wakeUps.get();
    }

    synchronized void register(List<Topic> topics, Waiter waiter) {
        waiting++;
        for (var topic : topics) {
            indexes.computeIfAbsent(topic.index(), _ -> new WatchedIndex()).add(topic, waiter);
        }
    }

    synchronized void deregister(List<Topic> topics, Waiter waiter) {
        waiting--;
        for (var topic : topics) {
            var watched = indexes.get(topic.index());
            if (watched != null) {
                watched.remove(topic, waiter);
            }
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
                var watched = indexes.get(change.index());
                if (watched != null) {
                    watched.find(change, before, after, found);
                }
            }
        }
        wake(found);
    }

    /// Wakes all waiters.
    void wakeAll() {
        var found = new ArrayList<Waiter>();
        synchronized (this) {
            indexes.values().forEach(index -> index.addAll(found));
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
}
