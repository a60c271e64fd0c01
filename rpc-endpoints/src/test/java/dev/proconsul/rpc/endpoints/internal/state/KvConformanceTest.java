package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.SessionBehavior;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The conformance rows of KVS, as far as they are the state's.
class KvConformanceTest {
    private static final String S1 = "11111111-1111-1111-1111-111111111111";
    private static final String S2 = "22222222-2222-2222-2222-222222222222";

    private final Scene scene = new Scene();

    @Test
    @DisplayName("KVS row 18: an absent key of a fresh store has no entry, and no index yet")
    void absentInAFreshStore() {
        assertTrue(scene.get("none").value().isEmpty());
        assertEquals(0, scene.get("none").index());
        assertEquals(0, scene.list("").index());
    }

    @Test
    @DisplayName("KVS rows 20, 21: unknown verbs and verbs of transactions are refused by name")
    void unknownVerbs() {
        var before = scene.store.current();
        assertRefused("Invalid KVS operation 'bogus'", scene.kv(new KVOp("bogus"), Scene.entry("a", "")));
        assertRefused("Invalid KVS operation 'get'", scene.kv(KVOp.GET, Scene.entry("a", "")));
        assertSame(before, scene.store.current());
    }

    @Test
    @DisplayName("KVS rows 22, 23: a lock needs a session that exists")
    void lockWithoutSession() {
        assertRefused("missing session", scene.lock("l", "", ""));
        assertRefused("missing session", scene.unlock("l", "", ""));
        assertRefused("invalid session \"" + S1 + "\"", scene.lock("l", S1, ""));
        assertTrue(scene.get("l").value().isEmpty());
    }

    @Test
    @DisplayName("KVS rows 24, 25, 26: set stores flags and value, ignores session and indexes, repeats change nothing")
    void set() {
        var sent = new DirEntry(0, "a", 42, Bytes.ofUtf8("x"), "ignored", new RaftIndex(7, 8));
        assertSame(Nothing.NOTHING, scene.kv(KVOp.SET, sent));
        long created = scene.index();
        assertEquals(new Indexed<>(created, new DirEntry(
                0, "a", 42, Bytes.ofUtf8("x"), "", new RaftIndex(created, created))),
                new Indexed<>(scene.get("a").index(), scene.stored("a")));

        var version = scene.store.current();
        assertSame(Nothing.NOTHING, scene.kv(KVOp.SET, sent));
        assertSame(version, scene.store.current());

        scene.kv(KVOp.SET, sent.withValue(Bytes.ofUtf8("y")));
        assertEquals(new RaftIndex(created, scene.index()), scene.stored("a").raftIndex());
        assertEquals(scene.index(), scene.get("a").index());
    }

    @Test
    @DisplayName("KVS rows 27 to 31: cas compares ModifyIndex, 0 means absent")
    void compareAndSet() {
        long stale = scene.set("a", "1");
        long current = scene.set("a", "2");
        assertEquals(false, scene.kv(KVOp.CAS, Scene.entry("a", "3", 0)));
        assertEquals(false, scene.kv(KVOp.CAS, Scene.entry("a", "3", stale)));
        assertEquals(Bytes.ofUtf8("2"), scene.stored("a").value());
        assertEquals(true, scene.kv(KVOp.CAS, Scene.entry("a", "3", current)));
        assertEquals(Bytes.ofUtf8("3"), scene.stored("a").value());
        assertEquals(true, scene.kv(KVOp.CAS, Scene.entry("new", "1", 0)));
        assertEquals(false, scene.kv(KVOp.CAS, Scene.entry("absent", "1", 5)));
        assertTrue(scene.get("absent").value().isEmpty());
    }

    @Test
    @DisplayName("KVS rows 32, 33: delete-cas of an absent key is true, with another index false")
    void compareAndDelete() {
        long current = scene.set("a", "1");
        assertEquals(false, scene.kv(KVOp.DELETE_CAS, Scene.entry("a", "", current + 1)));
        assertEquals(false, scene.kv(KVOp.DELETE_CAS, Scene.entry("a", "", 0)));
        assertEquals(true, scene.kv(KVOp.DELETE_CAS, Scene.entry("absent", "", 9)));
        assertEquals(true, scene.kv(KVOp.DELETE_CAS, Scene.entry("a", "", current)));
        assertTrue(scene.get("a").value().isEmpty());
    }

    @Test
    @DisplayName("KVS rows 34, 35: delete raises the index only when there was something")
    void delete() {
        long set = scene.set("new", "1");
        assertSame(Nothing.NOTHING, scene.kv(KVOp.DELETE, Scene.entry("absent", "")));
        assertEquals(set, scene.get("absent").index());
        long deleted = scene.delete("new");
        assertTrue(scene.get("new").value().isEmpty());
        assertEquals(deleted, scene.get("new").index());
    }

    @Test
    @DisplayName("KVS rows 36, 37: list in byte order with the greatest index under the prefix, else the table's")
    void list() {
        scene.set("t/b/d", "");
        scene.set("t/a", "1");
        long last = scene.set("t/b/c", "2");
        long elsewhere = scene.set("u", "3");
        var rows = scene.list("t/");
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), rows.value().stream().map(DirEntry::key).toList());
        assertEquals(Bytes.NIL, rows.value().getLast().value());
        assertEquals(last, rows.index());
        assertEquals(new Indexed<>(elsewhere, List.of()), scene.list("nothing/"));
    }

    @Test
    @DisplayName("KVS rows 38 to 41: keys, cut after the separator, each once; without a separator all")
    void listKeys() {
        for (var key : List.of("t/a", "t/b/c", "t/b/d", "a", "z/1")) {
            scene.set(key, "1");
        }
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), scene.keys("t/", "").value());
        assertEquals(List.of("t/a", "t/b/"), scene.keys("t/", "/").value());
        assertEquals(List.of("a", "t/", "z/"), scene.keys("", "/").value());
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), scene.keys("t", "").value());
        assertEquals(List.of("t/"), scene.keys("t", "/").value());
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), scene.keys("t/", "//").value());
        assertEquals(List.of(), scene.keys("none", "/").value());
    }

    @Test
    @DisplayName("KVS rows 42, 43: delete-tree raises the index of what is left, and of nothing when it met nothing")
    void deleteTree() {
        scene.set("t/a", "1");
        scene.set("t/b/c", "2");
        scene.set("t/b/d", "3");
        assertSame(Nothing.NOTHING, scene.kv(KVOp.DELETE_TREE, Scene.entry("t/b", "")));
        assertEquals(new Indexed<>(scene.index(), List.of("t/a")), scene.keys("t/", ""));
        var before = scene.store.current();
        scene.deleteTree("zz");
        assertSame(before, scene.store.current());
    }

    @Test
    @DisplayName("KVS rows 44 to 48: one holder; a plain set leaves it and takes the lock index from the request")
    void lock() {
        twoSessions(SessionBehavior.RELEASE);
        assertEquals(true, scene.lock("l", S1, "m"));
        assertLock(1, S1, "m");
        assertEquals(true, scene.lock("l", S1, "n"));
        assertLock(1, S1, "n");
        assertEquals(false, scene.lock("l", S2, "o"));
        assertEquals(false, scene.unlock("l", S2, "o"));
        assertEquals(false, scene.unlock("absent", S2, "o"));
        assertLock(1, S1, "n");
        scene.kv(KVOp.SET, Scene.entry("l", "w").withLockIndex(1));
        assertLock(1, S1, "w");
        scene.set("l", "w");
        assertLock(0, S1, "w");
    }

    @Test
    @DisplayName("KVS rows 49, 50: destroy releases and keeps the lock index; the key waits for the lock delay")
    void destroyReleases() {
        twoSessions(SessionBehavior.RELEASE);
        scene.lock("l", S1, "m");
        long destroyed = scene.destroy(S1);
        assertLock(1, "", "m");
        assertEquals(destroyed, scene.stored("l").raftIndex().modifyIndex());
        assertEquals(destroyed, scene.get("l").index());
        assertEquals(Duration.ofSeconds(2), scene.store.lockDelay("l"));
        scene.clock.advance(Duration.ofMillis(1_999));
        assertEquals(Duration.ofMillis(1), scene.store.lockDelay("l"));
        scene.clock.advance(Duration.ofMillis(1));
        assertEquals(Duration.ZERO, scene.store.lockDelay("l"));
        assertEquals(true, scene.lock("l", S2, "p"));
        assertLock(2, S2, "p");
    }

    @Test
    @DisplayName("KVS row 51: destroy with behaviour delete removes the key with a tombstone")
    void destroyDeletes() {
        twoSessions(SessionBehavior.DELETE);
        scene.lock("l", S2, "m");
        long destroyed = scene.destroy(S2);
        assertTrue(scene.get("l").value().isEmpty());
        assertEquals(destroyed, scene.get("l").index());
        assertEquals(new Indexed<>(destroyed, List.of()), scene.list("l"));
    }

    @Test
    @DisplayName("KVS row 52: unlock by the holder stores value and flags")
    void unlock() {
        twoSessions(SessionBehavior.RELEASE);
        scene.lock("l", S1, "m");
        assertEquals(true, scene.kv(KVOp.UNLOCK, Scene.entry("l", "u").withFlags(3).withSession(S1)));
        assertLock(1, "", "u");
        assertEquals(3, scene.stored("l").flags());
    }

    @Test
    @DisplayName("KVS row 53: a value of 600 KB comes back as it went in")
    void largeValue() {
        byte[] large = new byte[600 << 10];
        new Random(53).nextBytes(large);
        scene.kv(KVOp.SET, Scene.entry("big", "").withValue(Bytes.of(large)));
        assertEquals(Bytes.of(large), scene.stored("big").value());
    }

    private void twoSessions(SessionBehavior behavior) {
        assertEquals(S1, scene.session(S1, behavior, Duration.ofSeconds(2)));
        assertEquals(S2, scene.session(S2, behavior, Duration.ofSeconds(2)));
    }

    private void assertLock(long lockIndex, String session, String value) {
        var stored = scene.stored("l");
        assertEquals(lockIndex, stored.lockIndex());
        assertEquals(session, stored.session());
        assertEquals(Bytes.ofUtf8(value), stored.value());
    }

    private static void assertRefused(String text, Object result) {
        assertEquals(text, assertInstanceOf(RpcException.class, result).getMessage());
    }
}
