package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.TombstoneReaper;
import dev.proconsul.rpc.structs.TombstoneRequest;

/// Lets tombstones go whose time is over. What could not be done is due again in the next round.
///
/// Source: Consul `agent/consul/leader.go`, `reapTombstones`.
final class TombstoneReaping implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;
    private Time.Timer next = () -> { };

    TombstoneReaping(Host host) {
        this.host = host;
    }

    @Override
    public synchronized void lead() {
        host.store().tombstones().lead(host.consensus().statistics().lastIndex());
        schedule();
    }

    private synchronized void schedule() {
        next = host.time().after(TombstoneReaper.GRANULARITY, this::round);
    }

    private void round() {
        try {
            reap();
            schedule();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    private void reap() throws InterruptedException {
        var due = host.store().tombstones().due();
        if (due.isPresent()) {
            try {
                host.apply(Commands.TOMBSTONE, TombstoneRequest.ZERO.withDatacenter(host.datacenter())
                        .withOp("reap").withReapIndex(due.get()));
            } catch (RpcException | RuntimeException e) {
                LOG.log(WARNING, () -> "failed to reap tombstones up to index " + due.get() + ": " + e.getMessage());
            }
        }
    }

    @Override
    public synchronized void follow() {
        next.cancel();
        host.store().tombstones().follow();
    }
}
