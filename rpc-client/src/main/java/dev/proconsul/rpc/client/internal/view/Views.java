package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a client follows by streams. The way to the servers is opened when it is needed first.
///
/// Threads: any.
public final class Views implements AutoCloseable {
    /// Of one who has no streams.
    public static final Views NONE = new Views(Optional::empty);

    private final Supplier<Optional<StreamDoor>> opening;
    private final ViewStore store = new ViewStore(ViewStore.Timer.SYSTEM);
    private final Object lock = new Object();
    private @Nullable Optional<StreamDoor> door; // guarded by lock
    private boolean closed; // guarded by lock

    /// What tells views of one wish apart.
    private record Key(HealthWish wish, Filter filter, WatchOptions options) {}

    /// Which instances are in a view.
    public enum Filter {
        /// All.
        ANY,
        /// Those of which all checks pass.
        PASSING
    }

    /// Nothing is followed yet.
    /// @param opening opens the way to the servers; empty where there is none
    public Views(Supplier<Optional<StreamDoor>> opening) {
        this.opening = opening;
    }

    /// {@return the view of the instances of a service, to be given back by the caller; empty where the client has no
    /// streams}
    /// @param wish    what to follow
    /// @param filter  which instances are in it
    /// @param options pauses
    public Optional<ViewStore.Lease<List<CheckServiceNode>>> health(
            HealthWish wish, Filter filter, WatchOptions options) {
        return door().map(way -> store.lease(new Key(wish, filter, options), () -> MaterializedView.start(
                index -> way.health(wish, index), new HealthView(predicate(filter)), options, WatchTime.SYSTEM)));
    }

    private static Predicate<CheckServiceNode> predicate(Filter filter) {
        return switch (filter) {
            case ANY -> _ -> true;
            case PASSING -> instance -> instance.checks().stream().allMatch(check -> check.status().equals("passing"));
        };
    }

    private Optional<StreamDoor> door() {
        synchronized (lock) {
            if (closed) {
                return Optional.empty();
            }
            var known = door;
            if (known == null) {
                known = opening.get();
                door = known;
            }
            return known;
        }
    }

    /// {@return how many subscriptions there are}
    public int size() {
        return store.size();
    }

    /// Ends all streams. Closing twice is harmless.
    @Override
    public void close() {
        store.close();
        synchronized (lock) {
            closed = true;
            if (door != null) {
                door.ifPresent(StreamDoor::close);
            }
        }
    }
}
