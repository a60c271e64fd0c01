package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.endpoints.internal.tables.UsageCount;
import dev.proconsul.rpc.structs.ACLAuthMethod;
import dev.proconsul.rpc.structs.ACLBindingRule;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.AutopilotConfig;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CAConsulProviderState;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DecodeException;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.ChunkingState;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.KindServiceName;
import dev.proconsul.rpc.structs.FreeVirtualIP;
import dev.proconsul.rpc.structs.ServiceVirtualIP;
import dev.proconsul.rpc.structs.FederationState;
import dev.proconsul.rpc.structs.FederationStateRequest;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.LogTypes;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SnapshotArchive;
import dev.proconsul.rpc.structs.SnapshotHeader;
import dev.proconsul.rpc.structs.SnapshotReader;
import dev.proconsul.rpc.structs.SnapshotWriter;
import dev.proconsul.rpc.structs.SystemMetadataEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The state in a snapshot: endpoints section 7.2.
class SnapshotFormTest {
    private static final int INDEX = 16;
    private static final RaftIndex AT_9 = new RaftIndex(8, 9);

    private final Scene scene = new Scene();

    private byte[] saved() throws IOException {
        var out = new ByteArrayOutputStream();
        scene.store.snapshot().writeTo(out);
        return out.toByteArray();
    }

    private void restore(byte[] state) throws IOException {
        scene.store.restore(new ByteArrayInputStream(state));
    }

    private static byte[] recorded(String name) throws IOException {
        var state = new ByteArrayOutputStream();
        try (var in = SnapshotFormTest.class.getResourceAsStream("/snapshot/" + name + ".snap")) {
            SnapshotArchive.read(in, 1 << 20, content -> content.transferTo(state));
        }
        return state.toByteArray();
    }

    @Test
    @DisplayName("what is written is read again: rows, holders, indexes, the traces of deletes")
    void writesAndReads() throws IOException {
        scene.session("s", SessionBehavior.RELEASE, Duration.ofSeconds(15));
        scene.set("a/1", "one");
        scene.set("a/2", "two");
        scene.lock("a/lock", "s", "me");
        scene.delete("a/2");
        scene.deleteTree("b/");
        var before = scene.list("a/");
        byte[] state = saved();
        scene.set("a/1", "changed");
        scene.set("c", "new");
        scene.destroy("s");

        restore(state);

        assertEquals(before, scene.list("a/"));
        assertTrue(scene.get("c").value().isEmpty());
        assertArrayEquals(state, saved(), "and written again");
        assertEquals(1, SessionReads.ofNode(scene.store.current(), "S1").value().size());
        scene.destroy("s");
        assertEquals("", scene.stored("a/lock").session(), "the session still knows what it held");
    }

    @Test
    @DisplayName("a snapshot that was taken does not change any more")
    void doesNotChange() throws IOException {
        scene.set("a", "1");
        var snapshot = scene.store.snapshot();
        byte[] state = saved();
        scene.set("b", "2");

        var later = new ByteArrayOutputStream();
        snapshot.writeTo(later);
        assertArrayEquals(state, later.toByteArray());
        assertFalse(Arrays.equals(state, saved()));
    }

    @Test
    @DisplayName("a recorded snapshot of Consul is restored as far as there are tables")
    void readsARecording() throws IOException {
        restore(recorded("kv"));

        assertEquals(24, scene.list("").value().size());
        var config = scene.stored("app/config");
        assertEquals("value-kv", config.value().toUtf8());
        assertEquals(7, config.raftIndex().modifyIndex());
        assertEquals(-1L, scene.stored("app/binary").flags());
        assertEquals("значение", scene.stored("unicode/ключ/鍵").value().toUtf8());
        assertEquals(32, scene.list("").index());
        assertEquals(32, scene.store.current().lastIndex());
    }

    @Test
    @DisplayName("and so are sessions, and the locks that they hold")
    void readsLocks() throws IOException {
        restore(recorded("mixed"));
        var id = "2b75bfe9-a1f7-96a5-b3da-c90f8b441833";

        assertEquals(id, scene.stored("locks/leader").session());
        assertEquals("lock-holder", SessionReads.get(scene.store.current(), id).value().orElseThrow().name());
        assertEquals(false, scene.kv(KVOp.LOCK, Scene.entry("locks/leader", "x").withSession(id.replace('2', '3')))
                instanceof Boolean locked && locked);
        scene.destroy(id);
        assertEquals("", scene.stored("locks/leader").session());
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "kv", "mixed"})
    @DisplayName("index entries of tables that are not there are kept, and written again")
    void keepsIndexes(String name) throws IOException {
        restore(recorded(name));
        var state = saved();
        var version = scene.store.current();
        assertTrue(version.tree(Index.ENTRIES).size() > 5);
        restore(state);
        assertEquals(version.lastIndex(), scene.store.current().lastIndex());
        assertArrayEquals(state, saved());
    }

    /// The records of a state, by the number of their type.
    private static Map<Integer, List<Object>> records(byte[] state) throws IOException {
        var records = new TreeMap<Integer, List<Object>>();
        var reader = new SnapshotReader(new ByteArrayInputStream(state));
        while (reader.next()) {
            int type = reader.type();
            var codec = LogTypes.numbered(type).orElseThrow().snapshot().orElseThrow().codec();
            records.computeIfAbsent(type, _ -> new ArrayList<>()).add(reader.value(codec));
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "kv", "mixed"})
    @DisplayName("every record that Consul has written is restored and written again, with its indexes")
    void keepsEveryRecord(String name) throws IOException {
        var recorded = records(recorded(name));
        restore(recorded(name));
        var written = records(saved());

        assertTrue(written.remove(INDEX).containsAll(recorded.remove(INDEX)));
        assertEquals(recorded, written);
    }

    @Test
    @DisplayName("tables that no recording has rows of: ACLs, queries, the mesh, settings")
    void keepsTheOtherTables() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(9), out);
        writer.write(17, ACLToken.CODEC, ACLToken.ZERO.withAccessorID("a").withSecretID("S").withRaftIndex(AT_9)
                .withPolicies(List.of(new ACLTokenPolicyLink("p", ""))));
        writer.write(19, ACLPolicy.CODEC, ACLPolicy.ZERO.withId("p").withName("all").withRaftIndex(AT_9));
        writer.write(23, ACLRole.CODEC, ACLRole.ZERO.withId("r").withName("ops").withRaftIndex(AT_9));
        writer.write(25, ACLBindingRule.CODEC, ACLBindingRule.ZERO.withId("b").withAuthMethod("m").withRaftIndex(AT_9));
        writer.write(27, ACLAuthMethod.CODEC, ACLAuthMethod.ZERO.withName("m").withType("jwt").withRaftIndex(AT_9));
        writer.write(7, PreparedQuery.CODEC, PreparedQuery.ZERO.withId("q").withName("near").withRaftIndex(AT_9));
        writer.write(9, AutopilotConfig.CODEC, AutopilotConfig.ZERO.withMinQuorum(3).withModifyIndex(9));
        writer.write(13, CARoot.CODEC, CARoot.ZERO.withId("root").withActive(true).withRaftIndex(AT_9));
        writer.write(14, CAConsulProviderState.CODEC, CAConsulProviderState.ZERO.withId("x").withRaftIndex(AT_9));
        writer.write(15, CAConfiguration.CODEC, CAConfiguration.ZERO.withClusterID("c").withRaftIndex(AT_9));
        writer.write(22, ConfigEntryRequest.CODEC, ConfigEntryRequest.ZERO.withEntry(
                ServiceConfigEntry.ZERO.withKind("service-defaults").withName("web").withRaftIndex(AT_9)));
        writer.write(30, FederationStateRequest.CODEC, FederationStateRequest.ZERO.withOp("upsert")
                .withState(FederationState.ZERO.withDatacenter("dc2").withRaftIndex(AT_9)));
        writer.write(31, SystemMetadataEntry.CODEC, SystemMetadataEntry.ZERO.withKey("k").withRaftIndex(AT_9));
        writer.flush();
        restore(out.toByteArray());

        var written = records(saved());
        written.remove(INDEX);
        assertEquals(records(out.toByteArray()), written);
        var state = scene.store.current();
        assertEquals(List.of(new ACLTokenPolicyLink("p", "all")),
                AclReads.tokenBySecret(state, "S").orElseThrow().policies());
        assertEquals("q", state.first(PreparedQueryTable.BY_NAME, Keys.of("near")).id());
        assertEquals(9, state.entry("config-entries"));
    }

    @Test
    @DisplayName("what another server does not write is worked out: counts, and index entries of nodes and services")
    void derives() throws IOException {
        restore(recorded("mixed"));
        var state = scene.store.current();
        long nodes = state.size(NodeTable.TABLE);
        assertTrue(nodes > 0);
        assertEquals(nodes, UsageCount.of(state, UsageCount.NODES));
        assertEquals(state.size(ServiceTable.TABLE), UsageCount.of(state, UsageCount.INSTANCES));
        for (var node : state.all(NodeTable.TABLE)) {
            assertTrue(state.entry(Entries.node(node.node())) >= node.raftIndex().modifyIndex());
        }
        scene.register("another");
        assertEquals(nodes + 1, UsageCount.of(scene.store.current(), UsageCount.NODES));
    }

    @Test
    @DisplayName("everybody who waits is woken, also if nothing that they read has changed")
    void wakesEverybody() throws Exception {
        scene.set("a", "1");
        byte[] state = saved();
        var seen = scene.store.current();
        var waiting = new FutureTask<>(() -> {
            var reads = scene.store.watch();
            var view = scene.store.view(reads);
            KvReads.get(view, "absent");
            KvReads.list(view, "also/absent/");
            return reads.await(seen, Long.MAX_VALUE / 2);
        });
        Thread.startVirtualThread(waiting);
        while (scene.store.watches().waiting() == 0) {
            Thread.onSpinWait();
        }
        restore(state);

        assertTrue(waiting.get(10, TimeUnit.SECONDS));
        assertFalse(scene.store.current().continues(seen));
        var late = scene.store.watch();
        KvReads.get(new View(seen, late), "absent");
        assertTrue(late.await(seen, Long.MAX_VALUE / 2), "who comes late does not even begin to wait");
    }

    @Test
    @DisplayName("lock delays begin anew, and restored tombstones are let go in their time")
    void beginsAnew() throws IOException {
        scene.session("s", SessionBehavior.RELEASE, Duration.ofSeconds(15));
        scene.lock("a", "s", "me");
        scene.delete("b");
        scene.set("b", "1");
        scene.delete("b");
        scene.destroy("s");
        assertTrue(scene.store.lockDelay("a").isPositive());
        scene.store.tombstones().lead(0);
        byte[] state = saved();

        restore(state);

        assertEquals(Duration.ZERO, scene.store.lockDelay("a"));
        scene.clock.advance(TombstoneReaper.LIFETIME.plus(TombstoneReaper.GRANULARITY));
        assertEquals(scene.store.current().lastIndex(), scene.store.tombstones().due().orElseThrow());
    }

    @Test
    @DisplayName("what is no state, or has a record of no snapshot, changes nothing")
    void refusesRubbish() throws IOException {
        scene.set("a", "1");
        var before = scene.store.current();
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(9), out);
        writer.write(2, DirEntry.CODEC, Scene.entry("b", "2", 9));
        writer.write(8, DirEntry.CODEC, Scene.entry("c", "3", 9));
        writer.flush();
        assertEquals("Unrecognized msg type 8",
                assertThrows(DecodeException.class, () -> restore(out.toByteArray())).getMessage());
        assertThrows(IOException.class, () -> restore(new byte[0]));
        assertThrows(IOException.class, () -> restore(Arrays.copyOf(saved(), saved().length - 1)));

        assertTrue(before == scene.store.current());
    }

    @Test
    @DisplayName("what nothing here reads is kept: virtual addresses, old intentions, peerings, resources, chunks")
    void keepsWhatNobodyReads() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(9), out);
        writer.write(32, ServiceVirtualIP.CODEC, ServiceVirtualIP.ZERO.withIp(Bytes.of(new byte[] {0, 0, 0, 1})));
        writer.write(33, FreeVirtualIP.CODEC, new FreeVirtualIP(Bytes.of(new byte[] {0, 0, 0, 2}), true));
        writer.write(33, FreeVirtualIP.CODEC, new FreeVirtualIP(Bytes.of(new byte[] {0, 0, 0, 3}), false));
        writer.write(34, KindServiceName.CODEC, KindServiceName.ZERO.withKind("typical"));
        writer.write(12, Intention.CODEC, Intention.ZERO.withId("i").withAction("deny").withRaftIndex(AT_9));
        for (int type : new int[] {35, 38, 40, 42}) {
            @SuppressWarnings("unchecked") // the bytes of a Protobuf message
            var codec = (Codec<Bytes>) LogTypes.numbered(type).orElseThrow().snapshot().orElseThrow().codec();
            writer.write(type, codec, Bytes.ofUtf8("message " + type));
        }
        writer.write(29, ChunkingState.CODEC, ChunkingState.ZERO);
        writer.flush();
        restore(out.toByteArray());

        var written = records(saved());
        written.remove(INDEX);
        assertEquals(records(out.toByteArray()), written);
    }

    @Test
    @DisplayName("records of the enterprise edition are passed over")
    void passesOverEnterpriseRecords() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(9), out);
        writer.write(70, DirEntry.CODEC, Scene.entry("b", "2", 9));
        writer.write(2, DirEntry.CODEC, Scene.entry("c", "3", 9));
        writer.flush();
        restore(out.toByteArray());

        assertEquals(1, scene.list("").value().size());
    }
}
