package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionCheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.endpoints.internal.tables.TombstoneTable;
import dev.proconsul.rpc.endpoints.internal.tables.UsageTable;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Snapshots that are taken while others write.
class SnapshotUnderLoadTest {
    private static final int SNAPSHOTS = 20;
    private static final int SOME = 40;
    private static final List<Table<?>> TABLES = List.of(KvTable.TABLE, TombstoneTable.TABLE, NodeTable.TABLE,
            ServiceTable.TABLE, CheckTable.TABLE, SessionTable.TABLE, SessionCheckTable.TABLE, UsageTable.TABLE);

    private final Scene scene = new Scene();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /// A snapshot, and the version that it was taken of.
    private record Taken(Version version, byte[] state) {}

    @Test
    @DisplayName("restore to a state that is equal in every row of every index, and to the same bytes again")
    void restoreToAnEqualState() throws Exception {
        register("s1", 1);
        for (int number = 0; number < 500; number++) {
            write(new Random(number), number);
        }
        var writer = Thread.ofPlatform().start(this::writeOn);
        var taken = new ArrayList<Taken>();
        try {
            while (taken.size() < SNAPSHOTS && failure.get() == null) {
                take(taken);
            }
        } finally {
            done.set(true);
            writer.join();
        }
        assertNull(failure.get());
        assertNotEquals(taken.getFirst().version().lastIndex(), scene.store.current().lastIndex(),
                "others have written");
        for (var each : taken) {
            requireEqualState(each);
        }
    }

    /// The store tells no one which version a snapshot is of; where none was published meanwhile, it is clear.
    private void take(List<Taken> taken) throws IOException {
        var before = scene.store.current();
        var snapshot = scene.store.snapshot();
        if (before == scene.store.current()) {
            var out = new ByteArrayOutputStream();
            snapshot.writeTo(out); // the writer goes on meanwhile
            taken.add(new Taken(before, out.toByteArray()));
        }
    }

    private static void requireEqualState(Taken taken) throws IOException {
        var other = new Scene();
        other.store.restore(new ByteArrayInputStream(taken.state()));
        var restored = other.store.current();
        assertEquals(rows(taken.version(), Index.ENTRIES), rows(restored, Index.ENTRIES), "index entries");
        for (var table : TABLES) {
            assertTrue(taken.version().size(table) > 0, () -> "the load leaves rows in " + table);
            assertEquals(rows(taken.version(), table.primary()), rows(restored, table.primary()), table.name());
            for (var index : table.others()) {
                assertEquals(rows(taken.version(), index), rows(restored, index), index.toString());
            }
        }
        var again = new ByteArrayOutputStream();
        other.store.snapshot().writeTo(again);
        assertArrayEquals(taken.state(), again.toByteArray());
    }

    private static TreeMap<String, Object> rows(Version version, Index<?> index) {
        var rows = new TreeMap<String, Object>();
        for (var cursor = version.tree(index).cursor(Keys.NONE); cursor.advance();) {
            rows.put(HexFormat.of().formatHex(cursor.key()), cursor.value());
        }
        return rows;
    }

    private void writeOn() {
        try {
            var random = new Random(7);
            for (int number = 500; !done.get(); number++) {
                write(random, number);
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    private void write(Random random, int number) {
        int some = random.nextInt(SOME);
        switch (random.nextInt(8)) {
            case 0 -> scene.delete("k/" + some);
            case 1 -> scene.session(SessionOp.CREATE, Session.ZERO.withId("session" + some).withNode("s1")
                    .withNodeChecks(List.of("alive")).withBehavior(SessionBehavior.RELEASE));
            case 2 -> scene.destroy("session" + random.nextInt(SOME));
            case 3 -> scene.lock("lock/" + some, "session" + some, "v" + number);
            case 4, 5 -> register("n" + some, number);
            case 6 -> scene.apply(Commands.DEREGISTER.with(
                    DeregisterRequest.ZERO.withNode("n" + some).withServiceID(random.nextBoolean() ? "web" : "")));
            default -> scene.set("k/" + some, "v" + number);
        }
    }

    private void register(String node, int number) {
        scene.apply(Commands.REGISTER.with(RegisterRequest.ZERO.withNode(node).withAddress("10.0.0.1")
                .withService(NodeService.ZERO.withId("web").withService("web").withPort(number))
                .withCheck(HealthCheck.ZERO.withNode(node).withCheckID("alive").withStatus("passing"))));
    }
}
