package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyListRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The rows of the endpoint chapter about keys and values, over a socket.
class KvsConformanceTest {
    private static final String S1 = "11111111-1111-1111-1111-111111111111";
    private static final String S2 = "22222222-2222-2222-2222-222222222222";

    private TestServer server;
    private Talk talk;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start();
        talk = server.talk();
    }

    @AfterEach
    void stop() throws IOException {
        talk.close();
        server.close();
    }

    private static DirEntry entry(String key, String value) {
        return DirEntry.ZERO.withKey(key).withValue(value.isEmpty() ? Bytes.NIL : Bytes.ofUtf8(value));
    }

    private static DirEntry asOf(DirEntry entry, long index) {
        return entry.withRaftIndex(new RaftIndex(0, index));
    }

    private boolean apply(String verb, DirEntry entry) throws IOException {
        return talk.call(KVS.APPLY, write(verb, entry));
    }

    private static KVSRequest write(String verb, DirEntry entry) {
        return KVSRequest.ZERO.withDatacenter("dc1").withOp(new KVOp(verb)).withDirEnt(entry);
    }

    private String refused(String verb, DirEntry entry) throws IOException {
        return talk.refused(KVS.APPLY, write(verb, entry));
    }

    private long set(String key, String value) throws Exception {
        apply("set", entry(key, value));
        return server.index();
    }

    private IndexedDirEntries get(String key) throws IOException {
        return talk.call(KVS.GET, KeyRequest.ZERO.withDatacenter("dc1").withKey(key));
    }

    private DirEntry only(String key) throws IOException {
        var entries = get(key).entries();
        assertEquals(1, entries.size());
        return entries.getFirst();
    }

    private IndexedDirEntries list(String prefix) throws IOException {
        return talk.call(KVS.LIST, KeyRequest.ZERO.withDatacenter("dc1").withKey(prefix));
    }

    private List<String> keys(String prefix, String separator) throws IOException {
        return talk.call(KVS.LIST_KEYS, KeyListRequest.ZERO.withPrefix(prefix).withSeperator(separator)).keys();
    }

    private void session(SessionOp op, Session session) throws Exception {
        server.apply(SessionRequest.ZERO.withOp(op).withSession(session));
    }

    private void assertAbsent(long index, IndexedDirEntries answer) {
        assertTrue(Nil.is(answer.entries()), "nil, not an empty list");
        assertEquals(index, answer.queryMeta().index());
    }

    @Test
    @DisplayName("KVS row 18: a key of a fresh server is nil at index 1")
    void nothingIsThereAtFirst() throws Exception {
        assertAbsent(1, get("none"));
    }

    @Test
    @DisplayName("KVS rows 19 to 23: writes that are refused, and leave the conversation open")
    void refusesBadWrites() throws Exception {
        assertEquals("Must provide key", refused("set", entry("", "x")));
        assertEquals("unknown KV operation: bogus", refused("bogus", entry("a", "x")));
        assertEquals("raft apply failed: Invalid KVS operation 'get'", refused("get", entry("a", "")));
        assertEquals("raft apply failed: missing session", refused("lock", entry("l", "")));
        assertEquals("raft apply failed: invalid session \"" + S1 + "\"",
                refused("lock", entry("l", "").withSession(S1)));
        assertAbsent(1, get("a"));
    }

    @Test
    @DisplayName("KVS rows 24 to 26: set keeps what is the server's, and an equal set changes nothing")
    void setsAndSetsAgain() throws Exception {
        var sent = new DirEntry(0, "a", 42, Bytes.ofUtf8("x"), "ignored", new RaftIndex(7, 8));
        assertFalse(apply("set", sent), "row 24: the reply of set is false");
        long written = server.index();
        var stored = new DirEntry(0, "a", 42, Bytes.ofUtf8("x"), "", new RaftIndex(written, written));
        assertEquals(stored, only("a"));
        assertEquals(written, get("a").queryMeta().index());
        apply("set", sent);
        assertEquals(stored, only("a"), "row 25");
        assertEquals(written, get("a").queryMeta().index(), "row 25");
        long again = set("a", "y");
        assertEquals(new RaftIndex(written, again), only("a").raftIndex(), "row 26");
    }

    @Test
    @DisplayName("KVS rows 27 to 31: check-and-set compares the modify index, and 0 means absent")
    void checksAndSets() throws Exception {
        long now = set("a", "x");
        assertFalse(apply("cas", asOf(entry("a", "y"), 0)), "row 27");
        assertFalse(apply("cas", asOf(entry("a", "y"), now - 1)), "row 28");
        assertEquals("x", only("a").value().toUtf8());
        assertTrue(apply("cas", asOf(entry("a", "y"), now)), "row 29");
        assertEquals("y", only("a").value().toUtf8());
        assertTrue(apply("cas", asOf(entry("new", "n"), 0)), "row 30");
        assertFalse(apply("cas", asOf(entry("absent", "n"), 5)), "row 31");
        assertTrue(get("absent").entries().isEmpty(), "row 31");
    }

    @Test
    @DisplayName("KVS rows 32 to 35: deletes, checked and not")
    void deletes() throws Exception {
        long now = set("a", "x");
        assertFalse(apply("delete-cas", asOf(entry("a", ""), now - 1)), "row 32");
        assertFalse(apply("delete-cas", asOf(entry("a", ""), 0)), "row 32: 0 does not mean any");
        assertTrue(apply("delete-cas", asOf(entry("absent", ""), 9)), "row 33");
        assertFalse(apply("delete", entry("absent", "")), "row 34");
        assertAbsent(now, get("something else"));
        assertFalse(apply("delete", entry("a", "")), "row 35");
        assertAbsent(server.index(), get("a"));
    }

    @Test
    @DisplayName("KVS rows 36 to 41: lists and lists of keys")
    void lists() throws Exception {
        set("t/b/c", "2");
        set("t/a", "1");
        long last = set("t/b/d", "");
        long table = set("z", "");
        var below = list("t/");
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), below.entries().stream().map(DirEntry::key).toList(), "row 36");
        assertTrue(below.entries().getLast().value().isNil(), "row 36");
        assertEquals(last, below.queryMeta().index(), "row 36");
        assertAbsent(table, list("nothing/")); // row 37
        assertEquals(List.of("t/a", "t/b/c", "t/b/d"), keys("t/", ""), "row 38");
        assertEquals(List.of("t/a", "t/b/"), keys("t/", "/"), "row 39");
        assertEquals(List.of("t/", "z"), keys("", "/"), "row 40");
    }

    @Test
    @DisplayName("KVS row 41: the wire spells Seperator; the other spelling is an unknown key")
    void theOtherSpellingIsIgnored() throws Exception {
        set("t/a", "1");
        set("t/b", "1");
        var body = "82" + hexText("Prefix") + hexText("t") + hexText("Separator") + hexText("/");
        var reply = talk.sendRaw(KVS.LIST_KEYS.name(), body).receive(KVS.LIST_KEYS);
        assertEquals(List.of("t/a", "t/b"), reply.keys());
    }

    private static String hexText(String text) {
        return Wire.HEX.formatHex(Requests.text(text));
    }

    @Test
    @DisplayName("KVS rows 42 and 43: delete-tree raises the index of the prefix, if it deletes anything")
    void deletesTrees() throws Exception {
        set("t/a", "1");
        set("t/b/c", "2");
        long last = set("t/b/d", "3");
        assertFalse(apply("delete-tree", entry("zz", "")), "row 43");
        assertEquals(last, list("").queryMeta().index(), "row 43");
        assertFalse(apply("delete-tree", entry("t/b", "")), "row 42");
        long deleted = server.index();
        assertEquals(List.of("t/a"), keys("t/", ""), "row 42");
        assertEquals(deleted, list("t/").queryMeta().index(), "row 42");
        assertFalse(apply("delete-tree", entry("", "")), "the empty prefix is everything");
        assertAbsent(server.index(), list(""));
    }

    @Test
    @DisplayName("KVS rows 44 to 48, 52: a lock has one holder, and the holder unlocks")
    void locks() throws Exception {
        session(SessionOp.CREATE, Session.ZERO.withNode("s1").withId(S1));
        session(SessionOp.CREATE, Session.ZERO.withNode("s1").withId(S2));
        assertTrue(apply("lock", entry("l", "m").withSession(S1)), "row 44");
        assertEquals(1, only("l").lockIndex(), "row 44");
        assertEquals(S1, only("l").session(), "row 44");
        assertTrue(apply("lock", entry("l", "m2").withSession(S1)), "row 45");
        assertEquals(1, only("l").lockIndex(), "row 45");
        assertEquals("m2", only("l").value().toUtf8(), "row 45");
        assertFalse(apply("lock", entry("l", "no").withSession(S2)), "row 46");
        assertFalse(apply("unlock", entry("l", "no").withSession(S2)), "row 47");
        assertFalse(apply("unlock", entry("absent", "no").withSession(S1)), "row 47");
        assertFalse(apply("set", entry("l", "w").withLockIndex(1)), "row 48");
        var written = only("l");
        assertEquals(List.of("w", S1, 1L), List.of(written.value().toUtf8(), written.session(), written.lockIndex()));
        apply("set", entry("l", "w0"));
        assertEquals(0, only("l").lockIndex(), "row 48: sent as 0, kept as 0");
        assertEquals(S1, only("l").session(), "row 48");
        assertTrue(apply("unlock", entry("l", "free").withFlags(7).withSession(S1)), "row 52");
        var free = only("l");
        assertEquals(List.of("free", "", 7L), List.of(free.value().toUtf8(), free.session(), free.flags()), "row 52");
    }

    @Test
    @DisplayName("KVS rows 49 to 51: the end of a session frees its keys, after the lock delay")
    void sessionsEnd() throws Exception {
        session(SessionOp.CREATE, Session.ZERO.withNode("s1").withId(S1).withLockDelay(Duration.ofMillis(200)));
        session(SessionOp.CREATE, Session.ZERO.withNode("s1").withId(S2).withBehavior(SessionBehavior.DELETE));
        assertTrue(apply("lock", entry("l", "m").withSession(S1)));
        session(SessionOp.DESTROY, Session.ZERO.withNode("s1").withId(S1));
        long destroyed = server.index();
        var free = only("l");
        assertEquals(List.of("", 1L, destroyed),
                List.of(free.session(), free.lockIndex(), free.raftIndex().modifyIndex()));
        assertFalse(apply("lock", entry("l", "no").withSession(S2)), "row 50: at once");
        Conditions.await(() -> lock("l", S2), () -> "row 50: the lock delay never ends");
        assertEquals(2, only("l").lockIndex(), "row 50");
        session(SessionOp.DESTROY, Session.ZERO.withNode("s1").withId(S2));
        assertAbsent(server.index(), get("l")); // row 51
    }

    private boolean lock(String key, String session) {
        try {
            return apply("lock", entry(key, "again").withSession(session));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("KVS row 53: 600 KB in, the same 600 KB out")
    void keepsBigValues() throws Exception {
        var value = new byte[600_000];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i * 31 + (i >> 8));
        }
        apply("set", DirEntry.ZERO.withKey("big").withValue(Bytes.of(value)));
        assertArrayEquals(value, only("big").value().toByteArray());
    }

    @Test
    @DisplayName("KVS row 54: a consistent read on the leader is a read")
    void readsConsistently() throws Exception {
        set("a", "x");
        var request = KeyRequest.ZERO.withKey("a").withQueryOptions(QueryOptions.ZERO.withRequireConsistent(true));
        assertEquals(get("a"), talk.call(KVS.GET, request));
    }

    @Test
    @DisplayName("KVS row 11: an entry has all seven keys, in ascending order")
    void writesEveryKeyInOrder() throws Exception {
        set("a", "x");
        talk.close();
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("a")));
            var names = List.of("CreateIndex", "Flags", "Key", "LockIndex", "ModifyIndex", "Session", "Value");
            var answer = Wire.HEX.formatHex(wire.finish().readToEnd());
            int at = answer.indexOf(hexText("Entries") + "9187");
            assertTrue(at > 0, answer);
            for (var name : names) {
                int next = answer.indexOf(hexText(name), at);
                assertTrue(next > at, () -> name + " out of order in " + answer);
                at = next;
            }
        }
    }
}
