package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Begin and end of sessions, and what the end does to the keys that they hold.
class SessionTest {
    private final Scene scene = new Scene();

    @Test
    void aNewSessionIsStoredUnderItsIdAndNodeInAnyCase() {
        scene.register("node-1");
        var sent = Session.ZERO.withId("Abc").withName("mine").withNode("Node-1").withTtl("0s");
        assertEquals("Abc", scene.session(SessionOp.CREATE, sent));
        long index = scene.index();
        var stored = sent.withBehavior(SessionBehavior.RELEASE).withRaftIndex(new RaftIndex(index, index));
        var version = scene.store.current();
        assertEquals(stored, SessionReads.get(version, "aBC").value().orElseThrow());
        assertEquals(new Indexed<>(index, List.of(stored)), SessionReads.ofNode(version, "NODE-1"));
        assertEquals(new Indexed<>(index, List.of(stored)), SessionReads.list(version));
        assertEquals(new Indexed<>(index, List.of()), SessionReads.ofNode(version, "other"));
    }

    @Test
    void whatCannotBeASessionIsRefused() {
        var before = scene.store.current();
        assertRefused("Missing session ID", scene.session(SessionOp.CREATE, Session.ZERO.withNode("s1")));
        assertRefused("Invalid session behavior: weird",
                scene.session("s", new SessionBehavior("weird"), Duration.ZERO));
        assertRefused("Invalid Session operation 'bogus'",
                scene.session(new SessionOp("bogus"), Session.ZERO.withId("s")));
        assertSame(before, scene.store.current());
    }

    /// Session row 136.
    @Test
    void destroyingAnUnknownSessionChangesNothing() {
        scene.session("s", SessionBehavior.RELEASE, Duration.ZERO);
        var before = scene.store.current();
        assertSame(Nothing.NOTHING, scene.session(SessionOp.DESTROY, Session.ZERO.withId("t")));
        assertSame(before, scene.store.current());
    }

    @Test
    void theEndOfASessionFreesAllItsKeysAndNoOthers() {
        scene.session("s", SessionBehavior.RELEASE, Duration.ofSeconds(15));
        scene.session("t", SessionBehavior.RELEASE, Duration.ofSeconds(15));
        for (int i = 0; i < 100; i++) {
            scene.lock("s/" + i, "s", "v");
        }
        scene.lock("t/0", "t", "v");
        long free = scene.set("free", "v");
        long ended = scene.destroy("s");
        for (var entry : scene.list("s/").value()) {
            assertEquals("", entry.session());
            assertEquals(ended, entry.raftIndex().modifyIndex());
            assertEquals(Duration.ofSeconds(15), scene.store.lockDelay(entry.key()));
        }
        assertEquals("t", scene.stored("t/0").session());
        assertEquals(Duration.ZERO, scene.store.lockDelay("t/0"));
        assertEquals(free, scene.get("free").index());
        assertEquals(ended, scene.store.current().entry(SessionTable.TABLE));
        assertEquals(ended, scene.store.current().entry(KvTable.TABLE));
    }

    @Test
    void deletedKeysAlsoHaveTheLockDelay() {
        scene.session("s", SessionBehavior.DELETE, Duration.ofSeconds(15));
        scene.lock("l", "s", "v");
        scene.destroy("s");
        assertTrue(scene.get("l").value().isEmpty());
        assertEquals(Duration.ofSeconds(15), scene.store.lockDelay("l"));
    }

    @Test
    void aSessionWithoutKeysLeavesKvAlone() {
        scene.session("s", SessionBehavior.DELETE, Duration.ofSeconds(15));
        long written = scene.set("a", "1");
        scene.destroy("s");
        assertEquals(written, scene.store.current().entry(KvTable.TABLE));
    }

    @Test
    void keysThatWereLetGoOrDeletedAreHeldNoMore() {
        scene.session("s", SessionBehavior.DELETE, Duration.ofSeconds(15));
        scene.lock("unlocked", "s", "v");
        scene.lock("deleted", "s", "v");
        scene.lock("tree/1", "s", "v");
        scene.unlock("unlocked", "s", "v");
        scene.delete("deleted");
        scene.deleteTree("tree/");
        scene.set("deleted", "again");
        assertNull(scene.store.current().first(KvTable.BY_SESSION, Keys.NONE));
        scene.destroy("s");
        assertEquals(List.of("deleted", "unlocked"),
                scene.list("").value().stream().map(DirEntry::key).toList());
    }

    @Test
    void noLockDelayIsLongerThanAMinute() {
        scene.session("s", SessionBehavior.RELEASE, Duration.ofHours(1));
        scene.lock("l", "s", "v");
        scene.destroy("s");
        assertEquals(Duration.ofSeconds(60), scene.store.lockDelay("l"));
    }

    @Test
    void aLaterDelayOfTheSameKeyCounts() {
        scene.session("s", SessionBehavior.RELEASE, Duration.ofSeconds(10));
        scene.session("t", SessionBehavior.RELEASE, Duration.ofSeconds(10));
        scene.lock("l", "s", "v");
        scene.destroy("s");
        scene.clock.advance(Duration.ofSeconds(5));
        scene.lock("l", "t", "v"); // the caller is to ask for the delay; the store itself does not refuse
        scene.destroy("t");
        scene.clock.advance(Duration.ofSeconds(6));
        assertEquals(Duration.ofSeconds(4), scene.store.lockDelay("l"));
    }

    @Test
    void delaysThatAreOverAreForgotten() {
        var delays = new LockDelays(scene.clock);
        for (int i = 0; i < 1_000; i++) {
            delays.start(Map.of("key" + i, Duration.ofSeconds(10)));
            scene.clock.advance(Duration.ofSeconds(1));
            assertTrue(delays.size() <= 10);
        }
        scene.clock.advance(Duration.ofSeconds(10));
        assertEquals(Duration.ZERO, delays.left("key999"));
        assertEquals(0, delays.size());
    }

    private static void assertRefused(String text, Object result) {
        assertEquals(text, assertInstanceOf(RpcException.class, result).getMessage());
    }
}
