package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.state.TombstoneReapCommand;
import dev.proconsul.rpc.endpoints.internal.state.TombstoneReaper;

/// What a server does by itself while it leads: it lets tombstones go whose time is over.
///
/// Source: Consul `agent/consul/leader.go`.
public final class LeaderDuties implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final StateStore store;
    private final Consensus consensus;
    private final Thread thread = Thread.ofVirtual().name("leader duties").unstarted(this::run);

    /// Makes the duties, which wait for [#start].
    /// @param store     knows what is due
    /// @param consensus where the commands go
    public LeaderDuties(StateStore store, Consensus consensus) {
        this.store = store;
        this.consensus = consensus;
    }

    /// Starts.
    public void start() {
        store.tombstones().lead(consensus.statistics().lastIndex());
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(TombstoneReaper.GRANULARITY);
                reapTombstones();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /// One round; what cannot be done now is due again in the next.
    void reapTombstones() throws InterruptedException {
        var due = store.tombstones().due();
        if (due.isPresent()) {
            try {
                consensus.apply(new TombstoneReapCommand(due.get()));
            } catch (RpcException | RuntimeException e) {
                LOG.log(WARNING, () -> "failed to reap tombstones up to index " + due.get() + ": " + e.getMessage());
            }
        }
    }

    /// Stops. Closing twice is harmless.
    @Override
    public void close() {
        store.tombstones().follow();
        thread.interrupt();
    }
}
