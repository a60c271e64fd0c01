package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Time;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Turns what is committed into events, and has them ready for those who have subscribed.
///
/// ```
///   StateStore ── Commit ──► CommitQueue ──► EventSources ──► TopicBuffer (topic, subject) ──► Subscriptions
///     the writer              any thread that holds the lock                                   their own threads
/// ```
///
/// The writer only puts its commit into a queue, and only while somebody is subscribed. Whoever gets the publisher's
/// lock next, often a thread started for that, works the queue off. So the publisher stands at one version, its `base`:
/// all buffers have the events up to there, and a snapshot that is made of it fits their ends exactly.
///
/// Threads: any. Signals are given outside of the lock. Lock order: the publisher's before the store's.
///
/// Source: Consul `agent/consul/stream/event_publisher.go`.
public final class EventPublisher implements AutoCloseable {
    private final StateStore store;
    private final Time time;
    private final PublisherLimits limits;
    private final List<EventSource> sources;
    private final CommitQueue queue;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<TopicBuffer.Key, TopicBuffer> buffers = new HashMap<>();
    private final Map<String, Set<Subscription>> byToken = new HashMap<>();
    private final Beginnings beginnings = new Beginnings();
    private final List<Runnable> signals = new ArrayList<>();
    private int count;
    private Time.@Nullable Timer sweeper;
    private boolean closed;

    /// Makes a publisher that nobody is subscribed to yet.
    /// @param store   what commits come from
    /// @param time    clock, and timers for snapshots that are kept too long
    /// @param limits  what it holds at most
    /// @param sources turn commits into events
    public EventPublisher(StateStore store, Time time, PublisherLimits limits, List<EventSource> sources) {
        this.store = store;
        this.time = time;
        this.limits = limits;
        this.sources = List.copyOf(sources);
        queue = new CommitQueue(limits.commits(), this::work);
    }

    /// Subscribes to something.
    ///
    /// @param interest to what
    /// @param signal   run when there may be more to poll, or the subscription has ended; not for what is there already.
    ///                 Must be short and must not wait
    /// @return the subscription, to be closed by the caller
    /// @throws RpcException when there is no such thing, no snapshot can be made, or there are too many subscriptions
    public Subscription subscribe(Interest interest, Runnable signal) throws RpcException {
        if (interest.subject() instanceof Subject.Everything && !interest.topic().hasWildcard()) {
            throw new RpcException("topic " + interest.topic() + " does not support wildcard subscriptions");
        }
        return locked(() -> {
            if (closed) {
                throw new RpcException(Ending.SHUTDOWN.text());
            }
            if (count >= limits.subscriptions()) {
                throw new TooManySubscriptions(limits.subscriptions());
            }
            catchUp();
            if (count == 0) {
                store.listen(queue);
            }
            return open(interest, signal);
        });
    }

    private Subscription open(Interest interest, Runnable signal) throws RpcException {
        var key = new TopicBuffer.Key(interest.topic(), interest.subject());
        var known = buffers.get(key);
        var buffer = known == null ? new TopicBuffer(key) : known;
        Item at;
        try {
            at = place(buffer, interest.index());
        } catch (RpcException | RuntimeException | Error failed) {
            stopIfUnused();
            throw failed;
        }
        var subscription = new Subscription(this, buffer, secret(interest.token()), signal, at);
        if (known == null) {
            buffers.put(key, buffer);
            beginnings.add(key);
        }
        buffer.subscriptions().add(subscription);
        byToken.computeIfAbsent(subscription.token(), _ -> new LinkedHashSet<>()).add(subscription);
        count++;
        return subscription;
    }

    private static String secret(String token) {
        return token.isEmpty() ? Builtin.ANONYMOUS_SECRET : token;
    }

    /// Where a subscriber begins who knows everything up to an index.
    private Item place(TopicBuffer buffer, long index) throws RpcException {
        var newest = buffer.newest();
        if (index != 0 && newest.delivers() && newest.delivery().index() == index) {
            return newest;
        }
        var cached = buffer.cached(time.instant());
        var snapshot = cached != null && newest.number() - cached.number() <= limits.lag() / 2
                ? cached : snapshot(buffer);
        if (index == 0) {
            return snapshot;
        }
        var start = Item.start(snapshot.number());
        start.appendThenGoOn(new Delivery.NewSnapshotToFollow(), snapshot);
        return start;
    }

    private Item snapshot(TopicBuffer buffer) throws RpcException {
        var found = buffer.key().topic().snapshot(queue.base(), buffer.key().subject());
        long index = Math.max(1, found.index());
        var start = Item.start(buffer.newest().number());
        var last = start;
        for (var group : found.groups()) {
            last = last.append(new Delivery.Changes(index, group, true), 0);
        }
        last.appendThenGoOn(new Delivery.EndOfSnapshot(index), buffer.newest());
        if (limits.snapshotTtl().isPositive()) {
            buffer.cache(start, time.instant().plus(limits.snapshotTtl()));
            sweepLater();
        }
        return start;
    }

    private void sweepLater() {
        if (sweeper == null) {
            sweeper = time.after(limits.snapshotTtl(), this::sweep);
        }
    }

    /// Lets go of snapshots that have had their time. They would else keep all events behind them.
    private void sweep() {
        lock.lock();
        try {
            sweeper = null;
            var now = time.instant();
            boolean left = false;
            for (var buffer : buffers.values()) {
                left |= buffer.cached(now) != null;
            }
            if (left && !closed) {
                sweepLater();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Has everything that was committed before this call worked off.
    void work() {
        locked(() -> {
            catchUp();
            return null;
        });
    }

    /// Something that is done inside the lock, and gives signals for outside.
    @FunctionalInterface
    private interface Step<R, X extends Exception> {
        R run() throws X;
    }

    private <R extends @Nullable Object, X extends Exception> R locked(Step<R, X> step) throws X {
        List<Runnable> due = List.of();
        lock.lock();
        try {
            return step.run();
        } finally {
            if (!signals.isEmpty()) {
                due = List.copyOf(signals);
                signals.clear();
            }
            lock.unlock();
            due.forEach(Runnable::run);
        }
    }

    /// Works the queue off, so that base and buffers are at the newest version.
    private void catchUp() {
        queue.workOff(commit -> {
            AclChanges.secrets(commit).forEach(secret ->
                    endAll(byToken.getOrDefault(secret, Set.of()), Ending.ACL_CHANGE));
            var events = new GroupedEvents(buffers, beginnings);
            for (var source : sources) {
                if (source.topics().stream().anyMatch(beginnings::uses)) {
                    source.events(commit, events);
                }
            }
            events.groups().forEach((buffer, payloads) -> publish(buffer, commit.index(), payloads));
        }, () -> reset(Ending.RESET));
    }

    private void publish(TopicBuffer buffer, long index, List<Payload> payloads) {
        if (payloads.size() > limits.changes()) {
            endAll(buffer.subscriptions(), Ending.RESET); // a snapshot says the same, in smaller steps
            return;
        }
        buffer.append(new Delivery.Changes(index, payloads, false));
        var slow = new ArrayList<Subscription>();
        for (var subscription : buffer.subscriptions()) {
            if (subscription.lag() > limits.lag()) {
                slow.add(subscription);
            } else {
                signals.add(subscription.signal());
            }
        }
        endAll(slow, Ending.TOO_SLOW);
    }

    private void reset(Ending reason) {
        for (var subscriptions : List.copyOf(byToken.values())) {
            endAll(subscriptions, reason);
        }
    }

    private void endAll(Iterable<Subscription> subscriptions, Ending reason) {
        var all = new ArrayList<Subscription>();
        subscriptions.forEach(all::add);
        for (var subscription : all) {
            detach(subscription);
            subscription.end(reason);
            signals.add(subscription.signal());
        }
    }

    void remove(Subscription subscription, Ending reason) {
        lock.lock();
        try {
            detach(subscription);
            subscription.end(reason);
        } finally {
            lock.unlock();
        }
    }

    /// Frees all that was held for a subscription; harmless when that was done before.
    private void detach(Subscription subscription) {
        var buffer = subscription.buffer();
        if (!buffer.subscriptions().remove(subscription)) {
            return;
        }
        if (buffer.subscriptions().isEmpty()) {
            buffers.remove(buffer.key());
            beginnings.remove(buffer.key());
        }
        var same = byToken.get(subscription.token());
        if (same != null && same.remove(subscription) && same.isEmpty()) {
            byToken.remove(subscription.token());
        }
        count--;
        stopIfUnused();
    }

    private void stopIfUnused() {
        if (count == 0) {
            store.stopListening();
            queue.clear();
        }
    }

    /// {@return how many subscriptions there are}
    public int subscriptions() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// {@return how many subjects somebody is subscribed to}
    public int buffers() {
        lock.lock();
        try {
            return buffers.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many tokens subscriptions are known of.
    int tokens() {
        lock.lock();
        try {
            return byToken.size();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all subscriptions, and takes no more.
    @Override
    public void close() {
        locked(() -> {
            closed = true;
            if (sweeper != null) {
                sweeper.cancel();
            }
            reset(Ending.SHUTDOWN);
            return null;
        });
    }
}
