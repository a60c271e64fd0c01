package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.List;

/// One step of a stream of events.
public sealed interface ViewEvent {
    /// The server has taken the subscription; there may be nothing new for long. Not every server says so.
    record Accepted() implements ViewEvent {}

    /// The snapshot is complete.
    /// @param index Raft index of the snapshot
    record EndOfSnapshot(long index) implements ViewEvent {}

    /// What was known is void; a snapshot follows.
    record NewSnapshotToFollow() implements ViewEvent {}

    /// What one command has changed, or a part of a snapshot.
    /// @param index   Raft index
    /// @param changes one or more
    record Changes(long index, List<Change> changes) implements ViewEvent {}

    /// What has happened to one thing.
    sealed interface Change {}

    /// An instance of a service, its node or a check of either has changed.
    /// @param gone     whether it is not there any more; then of its node there is only the name
    /// @param instance as it is, or was
    record Instance(boolean gone, CheckServiceNode instance) implements Change {}

    /// Something that no view of ours is about.
    /// @param what it is, for a person
    record Foreign(String what) implements Change {}
}
