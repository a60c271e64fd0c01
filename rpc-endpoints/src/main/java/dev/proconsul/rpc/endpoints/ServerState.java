package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import java.time.InstantSource;

/// The state behind the endpoints: what a [dev.proconsul.rpc.api.Consensus] replicates, and methods read.
///
/// Opaque on purpose: what it holds is reached through methods only.
public final class ServerState {
    private final StateStore store;

    private ServerState(StateStore store) {
        this.store = store;
    }

    /// {@return a state that holds nothing yet}
    /// @param clock for lock delays and the age of tombstones
    public static ServerState empty(InstantSource clock) {
        return new ServerState(new StateStore(Commands.all(), SnapshotRecords.FORM, clock, System::nanoTime));
    }

    /// {@return what the consensus applies commands to}
    public StateMachine stateMachine() {
        return store;
    }

    StateStore store() {
        return store;
    }
}
