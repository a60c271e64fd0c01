package dev.proconsul.rpc.endpoints.internal.events;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What goes on in one subject of one topic while somebody is subscribed to it.
///
/// Threads: everything inside the publisher's lock, but [#newest] and [#older].
final class TopicBuffer {
    /// Which buffer it is.
    record Key(EventTopic topic, Subject subject) {}

    private final Key key;
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();
    private volatile Item newest = Item.start(0);
    private volatile long older;
    private @Nullable Item snapshot;
    private Instant snapshotEnds = Instant.MIN;

    TopicBuffer(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    Item newest() {
        return newest;
    }

    /// How many changes there were before the newest item.
    long older() {
        return older;
    }

    Set<Subscription> subscriptions() {
        return subscriptions;
    }

    void append(Delivery.Changes changes) {
        older = newest.number();
        newest = newest.append(changes, changes.payloads().size());
    }

    /// The place before a snapshot that may still be used, or null.
    @Nullable Item cached(Instant now) {
        if (!now.isBefore(snapshotEnds)) {
            snapshot = null;
        }
        return snapshot;
    }

    void cache(Item beforeSnapshot, Instant until) {
        snapshot = beforeSnapshot;
        snapshotEnds = until;
    }
}
