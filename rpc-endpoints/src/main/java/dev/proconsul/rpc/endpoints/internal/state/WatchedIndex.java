package dev.proconsul.rpc.endpoints.internal.state;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The topics of one index that somebody waits for.
///
/// Threads: guarded by the lock of [Watches].
final class WatchedIndex {
    private RadixTree<Watched> keys = RadixTree.empty();
    private RadixTree<Watched> prefixes = RadixTree.empty();

    void add(Topic topic, Waiter waiter) {
        var tree = topic.isSubtree() ? prefixes : keys;
        var watched = tree.get(topic.bytes());
        if (watched == null) {
            watched = new Watched(topic, new HashSet<>());
            replace(topic, tree.with(topic.bytes(), watched));
        }
        watched.waiters.add(waiter);
    }

    void remove(Topic topic, Waiter waiter) {
        var tree = topic.isSubtree() ? prefixes : keys;
        var watched = tree.get(topic.bytes());
        if (watched == null) {
            return; // the same topic twice in one set
        }
        watched.waiters.remove(waiter);
        if (watched.waiters.isEmpty()) {
            replace(topic, tree.without(topic.bytes()));
        }
    }

    int topics() {
        return keys.size() + prefixes.size();
    }

    /// Adds all waiters to `found`.
    void addAll(Collection<Waiter> found) {
        for (var tree : List.of(keys, prefixes)) {
            tree.values(Keys.NONE).forEach(watched -> found.addAll(watched.waiters));
        }
    }

    /// Adds the waiters that a change concerns to `found`.
    void find(Topic change, Version before, Version after, Collection<Waiter> found) {
        prefixes.forEachOnPath(change.bytes(), watched -> found.addAll(watched.waiters));
        if (!change.isSubtree()) {
            var watched = keys.get(change.bytes());
            if (watched != null) {
                found.addAll(watched.waiters);
            }
            return;
        }
        // A tree went away: not everything that is watched below was there.
        for (var tree : List.of(keys, prefixes)) {
            for (var watched : tree.values(change.bytes())) {
                if (watched.topic.differs(before, after)) {
                    found.addAll(watched.waiters);
                }
            }
        }
    }

    private void replace(Topic topic, RadixTree<Watched> tree) {
        if (topic.isSubtree()) {
            prefixes = tree;
        } else {
            keys = tree;
        }
    }

    private record Watched(Topic topic, Set<Waiter> waiters) {}
}
