package dev.proconsul.rpc.client.internal.view;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The views of a client: one for all who want the same.
///
/// Whoever leases a view gives it back. A view that nobody holds is kept for a while for the next one who wants it, if
/// the last one said so, and is closed then.
///
/// Threads: any.
///
/// Source: Consul `agent/submatview/store.go`.
public final class ViewStore implements AutoCloseable {
    private final Timer timer;
    private final Map<Object, Entry> entries = new HashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    /// Runs something later.
    @FunctionalInterface
    public interface Timer {
        /// On virtual threads that sleep.
        Timer SYSTEM = (delay, task) -> {
            var sleeper = Thread.ofVirtual().name("unused view").start(() -> {
                try {
                    Thread.sleep(delay);
                    task.run();
                } catch (InterruptedException e) {
                    // not wanted any more
                }
            });
            return sleeper::interrupt;
        };

        /// Runs something later.
        /// @param delay how much
        /// @param task  what
        /// @return cancels it
        Runnable after(Duration delay, Runnable task);
    }

    private static final class Entry {
        private final MaterializedView<?> view;
        private int holders;
        private Runnable cancel = () -> { };
        private long uses;

        Entry(MaterializedView<?> view) {
            this.view = view;
        }
    }

    /// Makes an empty store.
    /// @param timer for views that are kept unused
    public ViewStore(Timer timer) {
        this.timer = timer;
    }

    /// A view, as long as somebody holds it. For one holder.
    ///
    /// @param <T> the value
    public final class Lease<T> {
        private final Object key;
        private final Entry entry;
        private final MaterializedView<T> view;
        private boolean returned; // guarded by the store

        private Lease(Object key, Entry entry, MaterializedView<T> view) {
            this.key = key;
            this.entry = entry;
            this.view = view;
        }

        /// {@return the view}
        public MaterializedView<T> view() {
            return view;
        }

        /// Gives the view back. Doing so twice is harmless.
        /// @param keep how long it is kept if nobody else holds it; zero to close it
        public void giveBack(Duration keep) {
            synchronized (ViewStore.this) {
                if (!returned) {
                    returned = true;
                    released(key, entry, keep);
                }
            }
        }
    }

    /// Gets a view of something.
    ///
    /// @param key  what it is of: equal keys share a view
    /// @param make makes it
    /// @param <T>  the value; equal keys have the same
    /// @return the view, to be given back by the caller
    /// @throws IllegalStateException when the store was closed
    @SuppressWarnings("unchecked") // equal keys have equal types
    public synchronized <T> Lease<T> lease(Object key, Supplier<MaterializedView<T>> make) {
        if (closed) {
            throw new IllegalStateException("the client was closed");
        }
        var entry = entries.computeIfAbsent(key, _ -> new Entry(make.get()));
        entry.cancel.run();
        entry.holders++;
        entry.uses++;
        return new Lease<>(key, entry, (MaterializedView<T>) entry.view);
    }

    private void released(Object key, Entry entry, Duration keep) {
        if (--entry.holders > 0) {
            return;
        }
        if (closed || !keep.isPositive()) {
            drop(key, entry);
            return;
        }
        long uses = entry.uses;
        entry.cancel = timer.after(keep, () -> {
            synchronized (this) {
                if (entry.uses == uses) {
                    drop(key, entry);
                }
            }
        });
    }

    private void drop(Object key, Entry entry) {
        entries.remove(key, entry);
        entry.view.close();
    }

    /// {@return how many views there are}
    public synchronized int size() {
        return entries.size();
    }

    /// Closes all views. Closing twice is harmless.
    @Override
    public synchronized void close() {
        closed = true;
        entries.values().forEach(entry -> {
            entry.cancel.run();
            entry.view.close();
        });
        entries.clear();
    }
}
