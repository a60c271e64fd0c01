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
    private final Repeating rounds;

    TombstoneReaping(Host host) {
        this.host = host;
        rounds = new Repeating(host.time(), TombstoneReaper.GRANULARITY, this::reap);
    }

    @Override
    public void lead() {
        host.store().tombstones().lead(host.consensus().statistics().lastIndex());
        rounds.start();
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
    public void follow() {
        rounds.stop();
        host.store().tombstones().follow();
    }
}
