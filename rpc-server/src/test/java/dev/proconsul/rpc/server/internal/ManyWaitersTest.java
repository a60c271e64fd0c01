package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Ten thousand blocking queries on one connection.
class ManyWaitersTest {
    private static final int WAITERS = 10_000;
    /// Below the 256 streams that may wait to be accepted.
    private static final int BATCH = 200;

    private static int streamOf(int waiter) {
        return 2 * waiter + 1;
    }

    private static byte[] query(int waiter, long index) {
        var options = QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(Duration.ofMinutes(5));
        return Requests.of(waiter, KVS.GET, KeyRequest.ZERO.withKey("key/" + waiter).withQueryOptions(options));
    }

    private static void set(TestServer server, int waiter, String value) throws Exception {
        var entry = DirEntry.ZERO.withKey("key/" + waiter).withValue(Bytes.ofUtf8(value));
        server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(entry));
    }

    private static void openAll(MuxWire session, long index) throws IOException {
        for (int from = 0; from < WAITERS; from += BATCH) {
            var frames = new ArrayList<Frame>();
            for (int waiter = from; waiter < from + BATCH; waiter++) {
                frames.add(Frame.data(Frame.SYN, streamOf(waiter), query(waiter, index)));
            }
            session.send(frames.toArray(Frame[]::new));
            for (int waiter = from; waiter < from + BATCH; waiter++) {
                session.until(session.stream(streamOf(waiter))::acknowledged);
            }
        }
    }

    @Test
    @DisplayName("are all held; a write wakes the one it is for, a reset frees one, the end of the connection "
            + "frees all")
    void holdsTenThousand() throws Exception {
        try (var server = TestServer.start(); var session = server.multiplexed()) {
            for (int waiter = 0; waiter < WAITERS; waiter++) {
                set(server, waiter, "asleep");
            }
            openAll(session, server.index());
            server.awaitCounter("rpc.queries_blocking", WAITERS);
            assertFalse(Threads.ofTheServer().isEmpty(), "the dump shows virtual threads");

            for (int woken : new int[] {0, 4_711, WAITERS - 1}) {
                int before = session.frames().size();
                set(server, woken, "woken");
                session.expect(streamOf(woken), Requests.answer(
                        woken, KVS.GET, server.call(KVS.GET, KeyRequest.ZERO.withKey("key/" + woken))));
                session.expectAlive();
                assertEquals(before + 2, session.frames().size(), "one answer and one pong: nobody else was woken");
            }
            server.awaitCounter("rpc.queries_blocking", WAITERS - 3);

            session.send(Frame.window(Frame.RST, streamOf(17)));
            server.awaitCounter("rpc.queries_blocking", WAITERS - 4);

            session.wire().finish();
            server.awaitCounter("rpc.queries_blocking", 0); // far below their five minutes, on any machine
            server.expectIdle();
            server.expectAlive();
        }
        Threads.awaitNone();
    }
}
