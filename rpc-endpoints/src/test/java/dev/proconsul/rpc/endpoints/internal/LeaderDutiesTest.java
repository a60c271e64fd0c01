package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaderDutiesTest {
    private final TestHost test = new TestHost();

    @Test
    void tombstonesGoAfterAQuarterOfAnHourAndNotBefore() throws Exception {
        try (var duties = test.duties) {
            duties.lead();
            apply(KVOp.SET, "t/a");
            apply(KVOp.DELETE, "t/a");
            long deleted = test.index();

            test.time.advance(Duration.ofMinutes(14));
            assertEquals(deleted, KvReads.list(test.store.current(), "t/").index());
            assertEquals(deleted, test.index());

            test.time.advance(Duration.ofMinutes(2));
            assertEquals(deleted + 1, test.index());
            test.time.advance(Duration.ofHours(1));
            assertEquals(deleted + 1, test.index());
        }
        assertEquals(0, test.time.pending());
    }

    private void apply(KVOp op, String key) throws Exception {
        test.host.apply(Commands.KVS, KVSRequest.ZERO.withOp(op).withDirEnt(DirEntry.ZERO.withKey(key)));
    }
}
