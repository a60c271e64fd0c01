package dev.proconsul.rpc.endpoints.internal.events;

import org.jspecify.annotations.Nullable;

/// A place in a stream, and what is delivered there. Those behind it are reached from it, those before it are not: an
/// item lives as long as some subscriber, or a cached snapshot, stands before it.
///
/// ```
///   buffer:             (start) ──► 126 ──► 127 ──► 130
///                          ▲                          ▲ newest
///   snapshot at 125:  a ─► b ─► end ─ ─ goes on there
/// ```
///
/// Threads: appended to by the publisher, inside its lock; read by any, without.
final class Item {
    private static final Delivery NOTHING = new Delivery.NewSnapshotToFollow();

    private final Delivery delivery;
    private final @Nullable Item goesOnAt;
    private final long number;
    private volatile @Nullable Item next;

    private Item(Delivery delivery, @Nullable Item goesOnAt, long number) {
        this.delivery = delivery;
        this.goesOnAt = goesOnAt;
        this.number = number;
    }

    /// A place before everything.
    /// @param number how many changes the buffer has delivered so far
    static Item start(long number) {
        return new Item(NOTHING, null, number);
    }

    /// Adds something behind this place, which must be the last one.
    /// @param weight how many changes it is; 0 in a snapshot
    Item append(Delivery added, int weight) {
        return append(new Item(added, null, number + weight));
    }

    /// Adds something behind this place, from which the stream goes on behind another place.
    Item appendThenGoOn(Delivery added, Item other) {
        return append(new Item(added, other, number));
    }

    private Item append(Item item) {
        next = item;
        return item;
    }

    /// The next place, or null when there is none yet.
    @Nullable Item next() {
        var own = next;
        return own != null || goesOnAt == null ? own : goesOnAt.next();
    }

    /// What is delivered here; never asked of a first place.
    Delivery delivery() {
        return delivery;
    }

    /// True where something is delivered; false for a first place.
    boolean delivers() {
        return delivery != NOTHING;
    }

    /// How many changes were delivered up to here in this buffer.
    long number() {
        return number;
    }
}
