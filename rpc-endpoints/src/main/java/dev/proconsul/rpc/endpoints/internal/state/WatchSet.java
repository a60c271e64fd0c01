package dev.proconsul.rpc.endpoints.internal.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What one run of a query has read, and the wait for any of it to change.
///
/// ```java
/// while (true) {
///     var watch = store.watch();
///     var view = store.view(watch);
///     var answer = KvReads.get(view, key);
///     if (answer.index() > minIndex || !watch.await(view.version(), deadlineNanos)) {
///         return answer;
///     }
/// }
/// ```
///
/// Threads: for one thread, and one run. Nothing is registered outside of [#await], so a set that is dropped costs
/// nothing.
public final class WatchSet implements Consumer<Topic> {
    private final StateStore store;
    private final List<Topic> topics = new ArrayList<>(1);

    WatchSet(StateStore store) {
        this.store = store;
    }

    /// {@return a set with the same topics, for another thread that waits for the same}
    public WatchSet copy() {
        var copy = new WatchSet(store);
        copy.topics.addAll(topics);
        return copy;
    }

    /// Takes something that the query has read.
    /// @param topic what was read
    @Override
    public void accept(Topic topic) {
        topics.add(topic);
    }

    /// Waits until something that was read is no longer as it was, or returns at once if it is not already.
    ///
    /// No change is lost between reading and waiting: this registers first and compares with the newest version then.
    /// A writer publishes before it looks for waiters, so either it finds this one, or this one finds its version.
    ///
    /// @param seen          the version that the query read
    /// @param deadlineNanos when to give up, in the time of [StateStore#nanoTime]
    /// @return true when something changed, or a snapshot was restored; false when the deadline came first
    /// @throws InterruptedException when the thread was interrupted; nothing stays registered
    public boolean await(Version seen, long deadlineNanos) throws InterruptedException {
        var watches = store.watches();
        var waiter = new Waiter();
        watches.register(topics, waiter);
        try {
            return changedSince(seen) || waiter.await(deadlineNanos, store::nanoTime);
        } finally {
            watches.deregister(topics, waiter);
        }
    }

    private boolean changedSince(Version seen) {
        var now = store.current();
        if (now == seen) {
            return false;
        }
        if (!now.continues(seen)) {
            return true;
        }
        for (var topic : topics) {
            if (topic.differs(seen, now)) {
                return true;
            }
        }
        return false;
    }
}
