package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.UsageCount;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.TxnKVOp;
import dev.proconsul.rpc.structs.TxnNodeOp;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnResponse;
import dev.proconsul.rpc.structs.TxnServiceOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/// Random transactions, some of which fail halfway, while readers look: every version is whole.
///
/// `-Dproconsul.stress=PT60S` goes on for that long.
class WholeTransactionsTest {
    private static final Duration TIME = Duration.parse(System.getProperty("proconsul.stress", "PT2S"));
    private static final int GROUPS = 8;
    private static final int KEYS = 6;
    private static final int READERS = 3;

    private final Scene scene = new Scene();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // as long as somebody asks for, and some more
    void nobodySeesHalfATransaction(TestReporter reporter) throws InterruptedException {
        var readers = new ArrayList<Thread>();
        for (int i = 0; i < READERS; i++) {
            readers.add(Thread.ofPlatform().start(this::look));
        }
        long end = System.nanoTime() + TIME.toNanos();
        var random = new Random(5);
        int written = 0;
        while (System.nanoTime() < end && failure.get() == null) {
            write(random, written++);
        }
        done.set(true);
        for (var reader : readers) {
            reader.join();
        }
        assertNull(failure.get());
        assertTrue(looks.get() > 0 && written > 0);
        reporter.publishEntry("transactions", written + " transactions, every one of " + looks
                + " looks found all whole");
    }

    /// All keys of a group get one value, and its node comes or goes with its service; every fifth time the last
    /// operation fails.
    private void write(Random random, int number) {
        int group = random.nextInt(GROUPS);
        var ops = new ArrayList<TxnOp>();
        for (int key = 0; key < KEYS; key++) {
            var entry = DirEntry.ZERO.withKey("g" + group + "/" + key).withValue(Bytes.ofUtf8("v" + number));
            ops.add(TxnOp.ZERO.withKv(new TxnKVOp("set", entry)));
        }
        var node = Node.ZERO.withNode("node" + group).withAddress("10.0.0." + number % 200);
        if (random.nextBoolean()) {
            ops.add(TxnOp.ZERO.withNode(new TxnNodeOp("set", node)));
            ops.add(TxnOp.ZERO.withService(new TxnServiceOp("set", node.node(),
                    NodeService.ZERO.withId("web").withService("web").withPort(1 + number))));
        } else {
            ops.add(TxnOp.ZERO.withNode(new TxnNodeOp("delete", node)));
        }
        boolean fails = number % 5 == 4;
        if (fails) {
            ops.add(TxnOp.ZERO.withKv(new TxnKVOp("get", DirEntry.ZERO.withKey("not there"))));
        }
        var response = (TxnResponse) scene.apply(Commands.TXN.with(TxnRequest.ZERO.withOps(ops)));
        assertEquals(fails, !response.errors().isEmpty());
    }

    private void look() {
        try {
            while (!done.get()) {
                check(scene.store.current());
                looks.incrementAndGet();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void check(Version version) {
        for (int group = 0; group < GROUPS; group++) {
            var rows = KvReads.list(version, "g" + group + "/").value();
            assertEquals(1, rows.isEmpty() ? 1 : rows.stream().map(DirEntry::value).distinct().count());
            assertTrue(rows.isEmpty() || rows.size() == KEYS, () -> "half a group: " + rows);
            long index = rows.stream().mapToLong(row -> row.raftIndex().modifyIndex()).max().orElse(0);
            assertTrue(rows.isEmpty() || index == KvReads.list(version, "g" + group + "/").index());
            boolean node = version.get(NodeTable.BY_NAME, Keys.of("node" + group)) != null;
            boolean service = version.get(ServiceTable.BY_ID, Keys.of("node" + group, "web")) != null;
            assertEquals(node, service, "a node without its service");
        }
        int services = 0;
        for (var row : version.under(ServiceTable.BY_NAME, Keys.of("web"))) {
            services += row.node().isEmpty() ? 0 : 1;
        }
        assertEquals(services, UsageCount.of(version, UsageCount.INSTANCES));
        assertEquals(version.size(NodeTable.TABLE), UsageCount.of(version, UsageCount.NODES));
        assertEquals(List.of(), held(version));
    }

    private static List<DirEntry> held(Version version) {
        var held = new ArrayList<DirEntry>();
        version.under(KvTable.BY_SESSION, Keys.NONE).forEach(held::add);
        return held;
    }
}
