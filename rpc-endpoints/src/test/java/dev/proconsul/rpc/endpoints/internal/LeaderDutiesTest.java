package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.endpoints.internal.state.KvsCommand;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeaderDutiesTest {
    private Instant now = Instant.EPOCH;
    private final StateStore store = new StateStore(() -> now, System::nanoTime);
    private final SingleServer consensus = new SingleServer(new ServerInfo("id", "s1", "dc1", "127.0.0.1:8300"), store);

    @Test
    void tombstonesGoAfterAQuarterOfAnHourAndNotBefore() throws Exception {
        try (var duties = new LeaderDuties(store, consensus)) {
            duties.start();
            apply(KVOp.SET, "t/a");
            apply(KVOp.DELETE, "t/a");
            long deleted = consensus.statistics().lastIndex();

            now = now.plus(Duration.ofMinutes(14));
            duties.reapTombstones();
            assertEquals(deleted, store.current().list("t/", Version.UNWATCHED).index());
            assertEquals(deleted, consensus.statistics().lastIndex());

            now = now.plus(Duration.ofMinutes(2));
            duties.reapTombstones();
            assertEquals(deleted + 1, consensus.statistics().lastIndex());
            duties.reapTombstones();
            assertEquals(deleted + 1, consensus.statistics().lastIndex());
        }
    }

    private void apply(KVOp op, String key) throws Exception {
        consensus.apply(new KvsCommand(KVSRequest.ZERO.withOp(op).withDirEnt(DirEntry.ZERO.withKey(key))));
    }
}
