package dev.proconsul.rpc.endpoints.internal.events;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One subscriber's place in a stream.
///
/// Nothing runs and nothing is held for it beyond this object: it stands at an item that others share, and is signalled
/// when there may be more.
///
/// Threads: [#poll] by one thread at a time; the rest by any. Whoever subscribes closes.
public final class Subscription implements AutoCloseable {
    private final EventPublisher publisher;
    private final TopicBuffer buffer;
    private final String token;
    private final Runnable signal;
    private volatile Item at;
    private volatile @Nullable Ending ending;

    Subscription(EventPublisher publisher, TopicBuffer buffer, String token, Runnable signal, Item at) {
        this.publisher = publisher;
        this.buffer = buffer;
        this.token = token;
        this.signal = signal;
        this.at = at;
    }

    /// Takes the next step of the stream.
    /// @return the step; null when there is none yet, or none any more: see [#ending]
    public @Nullable Delivery poll() {
        if (ending != null) {
            return null;
        }
        var next = at.next();
        if (next == null) {
            return null;
        }
        at = next;
        return next.delivery();
    }

    /// {@return why it has ended, if it has; the first reason stays}
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /// Wants no more. Waits for the publisher, which may be making somebody's snapshot, only if this has not ended yet.
    @Override
    public void close() {
        if (ending == null) { // else it was detached before
            publisher.remove(this, Ending.UNSUBSCRIBED);
        }
    }

    TopicBuffer buffer() {
        return buffer;
    }

    String token() {
        return token;
    }

    /// What the subscriber is told by that there may be more, or that this has ended.
    Runnable signal() {
        return signal;
    }

    /// How many changes it is behind, not counting the newest, which it cannot have taken yet.
    long lag() {
        return buffer.older() - at.number();
    }

    /// Inside the publisher's lock. Lets go of the stream, so that a subscriber that is kept does not keep it.
    void end(Ending reason) {
        if (ending == null) {
            ending = reason;
            at = Item.start(0);
        }
    }
}
