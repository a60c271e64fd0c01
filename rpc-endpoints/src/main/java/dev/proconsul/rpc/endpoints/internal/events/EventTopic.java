package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import java.util.List;

/// Something that can be subscribed to. Made once, as a constant; compared by identity.
///
/// @see EventSource
public final class EventTopic {
    private final String name;
    private final boolean wildcard;
    private final boolean named;
    private final Snapshots snapshots;

    /// Makes the snapshot that a stream begins with.
    @FunctionalInterface
    public interface Snapshots {
        /// Reads what there is.
        /// @param state   where
        /// @param subject what of it
        /// @return all of it
        /// @throws RpcException what the subscriber is told instead
        Snapshot of(Version state, Subject subject) throws RpcException;
    }

    /// What there is.
    /// @param index  log index of its last change; 0 becomes 1
    /// @param groups the things; each group is one step of the stream
    public record Snapshot(long index, List<List<Payload>> groups) {
        /// {@return a snapshot whose things come in one step, if there are any}
        /// @param index log index of the last change
        /// @param all   the things
        public static Snapshot inOneStep(long index, List<Payload> all) {
            return new Snapshot(index, all.isEmpty() ? List.of() : List.of(all));
        }
    }

    /// Describes a topic.
    /// @param name      Consul's name for it, or ours
    /// @param wildcard  whether one may subscribe to all of it
    /// @param named     whether one may subscribe to a name
    /// @param snapshots what a stream begins with
    public EventTopic(String name, boolean wildcard, boolean named, Snapshots snapshots) {
        this.name = name;
        this.wildcard = wildcard;
        this.named = named;
        this.snapshots = snapshots;
    }

    /// {@return whether one may subscribe to all of it}
    public boolean hasWildcard() {
        return wildcard;
    }

    /// {@return whether one may subscribe to a name}
    public boolean hasNames() {
        return named;
    }

    Snapshot snapshot(Version state, Subject subject) throws RpcException {
        return snapshots.of(state, subject);
    }

    /// {@return the name}
    @Override
    public String toString() {
        return name;
    }
}
