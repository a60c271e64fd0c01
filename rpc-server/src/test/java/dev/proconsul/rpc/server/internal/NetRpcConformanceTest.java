package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.RaftStats;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The net/rpc rows of the transport chapter, and the frame and status rows of the endpoint chapter.
class NetRpcConformanceTest {
    private static final byte[] NOTHING = {};
    private static final String NOT_A_STRUCT = "codec.decoder: Only encoded map or array can be decoded into a "
            + "struct. (valueType: %s)";
    private static final String NOT_A_STRING = "codec.decoder: readContainerLen: Unrecognized descriptor byte: "
            + "hex: %s, dec: %s";

    private TestServer server;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private enum Then { CLOSED, OPEN }

    /// Bytes after the type byte, what comes back, and whether the conversation goes on.
    private record Row(String name, byte[] sent, byte[] answer, Then then) {}

    private static byte[] call(String method, String bodyHex) {
        return Requests.named(1, method, bodyHex);
    }

    private static Row refused(String name, String method, String bodyHex, String error) {
        return new Row(name, call(method, bodyHex), Requests.refusal(error, 1, method), Then.CLOSED);
    }

    private static String text(String text) {
        return Wire.HEX.formatHex(Requests.text(text));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] notFound(long seq) {
        var meta = QueryMeta.ZERO.withIndex(1).withKnownLeader(true);
        return Requests.answer(seq, KVS.GET, IndexedDirEntries.ZERO.withQueryMeta(meta));
    }

    private static Stream<Row> rows() {
        return Stream.of(
                new Row("transport row 59, KVS row 10: two in one segment",
                        Requests.join(Requests.ping(1), Requests.ping(2)),
                        Requests.join(Requests.pong(1), Requests.pong(2)), Then.OPEN),
                refused("transport row 64, KVS row 3: unknown service", "Nope.Ping", "80",
                        "rpc: can't find service Nope.Ping"),
                refused("KVS row 2: unknown method", "Status.Nope", "80", "rpc: can't find method Status.Nope"),
                new Row("transport row 65: what follows an unknown method is not answered",
                        Requests.join(call("Status.Nope", "80"), Requests.ping(2)),
                        Requests.refusal("rpc: can't find method Status.Nope", 1, "Status.Nope"), Then.CLOSED),
                refused("transport row 66", "Status", "80", "rpc: service/method request ill-formed: Status"),
                refused("KVS row 4", "Ping", "80", "rpc: service/method request ill-formed: Ping"),
                refused("transport row 68: a body nobody reads", "Status.Nope", "c1",
                        "rpc: can't find method Status.Nope"),
                new Row("transport row 69: header 05", Wire.hex("05"), NOTHING, Then.CLOSED),
                new Row("transport row 69: header c1", Wire.hex("c1"), NOTHING, Then.CLOSED),
                new Row("transport row 69: Seq -1",
                        Wire.hex("82" + text("Seq") + "ff" + text("ServiceMethod") + text("Status.Ping") + "80"),
                        NOTHING, Then.CLOSED),
                new Row("transport row 70: header c0", Wire.hex("c080"),
                        Requests.refusal("rpc: service/method request ill-formed: ", 0, ""), Then.CLOSED),
                new Row("transport row 70: header 80", Wire.hex("8080"),
                        Requests.refusal("rpc: service/method request ill-formed: ", 0, ""), Then.CLOSED),
                new Row("transport row 71: header as a list", Wire.hex("92" + text("Status.Ping") + "0580"),
                        Requests.pong(5), Then.OPEN),
                new Row("transport row 72: one more key", Wire.hex("83" + text("Seq") + "05" + text("Extra") + "9101"
                        + text("ServiceMethod") + text("Status.Ping") + "80"), Requests.pong(5), Then.OPEN),
                new Row("transport row 73: keys in lower case",
                        Wire.hex("82" + text("seq") + "05" + text("servicemethod")
                        + text("Status.Ping") + "80"),
                        Requests.refusal("rpc: service/method request ill-formed: ", 0, ""), Then.CLOSED),
                new Row("transport row 74: the greatest Seq", Requests.ping(-1),
                        Wire.hex("83a54572726f72a0a3536571cfffffffffffffffff"
                        + text("ServiceMethod") + text("Status.Ping") + "80"), Then.OPEN),
                new Row("transport row 75: nil for a body", call("Status.Ping", "c0"), Requests.pong(1), Then.OPEN),
                refused("transport row 76: a number for a body", "Status.Ping", "05", NOT_A_STRUCT.formatted(2)),
                new Row("transport row 77, KVS row 9: an error of the method ends nothing",
                        Requests.join(call("KVS.Get", "81" + text("Datacenter") + text("dc9")), Requests.ping(2)),
                        Requests.join(Requests.refusal("No path to datacenter", 1, "KVS.Get"), Requests.pong(2)),
                                Then.OPEN),
                new Row("transport row 78: no datacenter is this one", call("KVS.Get", "81" + text("Key") + text("a")),
                        notFound(1), Then.OPEN),
                new Row("transport row 79: two keys are enough",
                        call("KVS.Get", "82" + text("Datacenter") + text("dc1") + text("Key") + text("a")),
                        notFound(1), Then.OPEN),
                new Row("KVS row 7: an unknown key is skipped",
                        call("KVS.Get", "82" + text("Key") + text("a") + text("Extra")
                        + "81" + text("deep") + "93010203"), notFound(1), Then.OPEN),
                new Row("KVS row 8: an empty map", call("KVS.Get", "80"), notFound(1), Then.OPEN),
                refused("transport row 83", "AutoEncrypt.Sign", "80", "rpc: can't find service AutoEncrypt.Sign"),
                refused("transport row 85a", "status.ping", "80", "rpc: can't find service status.ping"),
                refused("transport row 85a", "Status.ping", "80", "rpc: can't find method Status.ping"),
                refused("transport row 85a: the last dot", "a.Status.Ping", "80",
                        "rpc: can't find service a.Status.Ping"),
                refused("transport row 85a", "Status.", "80", "rpc: can't find method Status."),
                new Row("transport row 85b: bin8 is no name",
                        Wire.hex("82" + text("Seq") + "01" + text("ServiceMethod") + "c40b"
                        + Wire.HEX.formatHex(ascii("Status.Ping")) + "80"), NOTHING, Then.CLOSED),
                new Row("transport row 85b: str8 is one",
                        Wire.hex("82" + text("Seq") + "01" + text("ServiceMethod") + "d90b"
                        + Wire.HEX.formatHex(ascii("Status.Ping")) + "80"), Requests.pong(1), Then.OPEN),
                refused("transport row 85c: an unknown key holds a map with a number for a key", "KVS.Get",
                        "81" + text("Extra") + "810101", NOT_A_STRING.formatted(1, 1)),
                refused("KVS row 5", "KVS.Get", "81" + text("Key") + "05", NOT_A_STRING.formatted(5, 5)),
                refused("KVS row 6", "KVS.Apply", "81" + text("DirEnt") + text("text"), NOT_A_STRUCT.formatted(6)),
                refused("5.9: a number expected", "KVS.Get", "81" + text("MinQueryIndex") + text("x"),
                        "codec.decoder: Unhandled single-byte unsigned integer value: Unrecognized descriptor "
                                + "byte: a1"),
                refused("5.9: a bool expected", "KVS.Get", "81" + text("AllowStale") + text("x"),
                        "codec.decoder: Invalid single-byte value for bool: Unrecognized descriptor byte: a1"),
                refused("5.9: negative into unsigned", "KVS.Get", "81" + text("MinQueryIndex") + "ff",
                        "codec.decoder: Assigning negative signed value: 255, to unsigned type"),
                refused("5.9: c1", "KVS.Get", "c1", "codec.decoder: currentEncodedType: Undeciphered descriptor: "
                        + "Unrecognized descriptor byte: hex: c1, dec: 193"),
                refused("transport row 85e", "Status.closed", "80", "rpc: can't find method Status.closed"));
    }

    @TestFactory
    @DisplayName("Requests and their exact answers")
    Stream<DynamicTest> answers() {
        return rows().map(row -> DynamicTest.dynamicTest(row.name(), () -> {
            try (var fresh = TestServer.start()) {
                onByte0(fresh, row);
                onAStream(fresh, row);
                fresh.expectAlive();
            }
        }));
    }

    private static void onByte0(TestServer server, Row row) throws IOException {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), row.sent()).expect(row.answer());
            if (row.then() == Then.CLOSED) {
                wire.expectEnd();
            } else {
                wire.send(Requests.ping(9)).expect(Requests.pong(9)).finish().expectEnd();
            }
        }
    }

    private static void onAStream(TestServer server, Row row) throws IOException {
        try (var session = server.multiplexed()) {
            session.open(1, row.sent()).expect(1, row.answer());
            if (row.then() == Then.CLOSED) {
                session.expectFinish(1).expect(1, row.answer());
            } else {
                session.send(Frame.data(0, 1, Requests.ping(9)))
                        .expect(1, Requests.join(row.answer(), Requests.pong(9)));
            }
            session.open(3, Requests.PING).expect(3, Requests.OK);
        }
    }

    /// What comes back when the client has nothing more to send.
    private byte[] afterFin(byte[] sent) throws IOException {
        try (var wire = server.connect()) {
            return wire.send(Wire.hex("00"), sent).finish().readToEnd();
        }
    }

    @Test
    @DisplayName("transport rows 60 to 63, 85d: what the end of input does at each place of a request")
    void endsOfInput() throws IOException {
        var header = Requests.header(1, "Status.Ping");
        assertArrayEquals(Requests.OK, afterFin(Requests.PING), "row 60");
        assertEquals(0, server.counter("rpc.request_error"));
        assertArrayEquals(Requests.refusal("EOF", 1, "Status.Ping"), afterFin(header), "row 61");
        assertEquals(0, server.counter("rpc.request_error"), "row 61 is not logged");
        assertArrayEquals(NOTHING, afterFin(Arrays.copyOf(header, 10)), "row 62");
        server.awaitCounter("rpc.request_error", 1);
        assertArrayEquals(NOTHING, afterFin(Wire.hex("82")), "row 63");
        assertArrayEquals(Requests.refusal("unexpected EOF", 1, "KVS.Get"), afterFin(call("KVS.Get", "81a34b")),
                "row 85d");
        server.awaitCounter("rpc.request_error", 2);
    }

    @Test
    @DisplayName("transport row 67: an unknown method waits for its body, or for the end")
    void waitsForTheBodyOfAnUnknownMethod() throws IOException {
        var error = Requests.refusal("rpc: can't find method Status.Nope", 1, "Status.Nope");
        var header = Requests.header(1, "Status.Nope");
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), header).expectSilence().send("80").expect(error).expectEnd();
        }
        assertArrayEquals(error, afterFin(header));
    }

    @Test
    @DisplayName("transport row 85e: an error that speaks of closed is not counted")
    void countsNoErrorThatSpeaksOfClosed() throws IOException {
        afterFin(call("Status.closed", "80"));
        assertEquals(0, server.counter("rpc.request_error"));
        afterFin(call("Status.other", "80"));
        server.awaitCounter("rpc.request_error", 1);
    }

    @Test
    @DisplayName("transport row 85: a text of 34 bytes is written as da 0022")
    void writesLongTextsWithTwoBytesOfLength() throws IOException {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), call("Status.Nopes", "80")).expect("83a54572726f72da0023");
        }
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), call("Status.Nope", "80")).expect("83a54572726f72da0022");
        }
    }

    private static byte[] blockingGet(long seq, long index, Duration wait) {
        var options = QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(wait);
        return Requests.of(seq, KVS.GET, KeyRequest.ZERO.withKey("k").withQueryOptions(options));
    }

    private void set(String key, Bytes value) throws Exception {
        server.call(KVS.APPLY,
                KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey(key).withValue(value)));
    }

    private byte[] stored(long seq) throws Exception {
        return Requests.answer(seq, KVS.GET, server.call(KVS.GET, KeyRequest.ZERO.withKey("k")));
    }

    @Test
    @DisplayName("transport row 80: a request behind a blocking one waits for its turn")
    void answersInOrder() throws Exception {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), blockingGet(1, 1, Wire.PATIENCE), Requests.ping(2));
            server.awaitCounter("rpc.queries_blocking", 1);
            wire.expectSilence();
            set("k", Bytes.ofUtf8("v"));
            wire.expect(stored(1)).expect(Requests.pong(2));
        }
    }

    @Test
    @DisplayName("transport row 81: a blocking query blocks its own stream only")
    void streamsDoNotWaitForEachOther() throws Exception {
        try (var session = server.multiplexed()) {
            session.open(1, blockingGet(1, 1, Wire.PATIENCE));
            server.awaitCounter("rpc.queries_blocking", 1);
            session.open(3, Requests.PING).expect(3, Requests.OK);
            assertEquals(0, session.stream(1).length());
            set("k", Bytes.ofUtf8("v"));
            session.expect(1, stored(1));
        }
    }

    @Test
    @DisplayName("transport row 82: FIN behind a blocking query does not cancel it")
    void answersAfterFin() throws Exception {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), blockingGet(1, 1, Wire.PATIENCE)).finish();
            server.awaitCounter("rpc.queries_blocking", 1);
            set("k", Bytes.ofUtf8("v"));
            wire.expect(stored(1)).expectEnd();
        }
    }

    @Test
    @DisplayName("transport row 86: a reply of 300 kB arrives as one message")
    void sendsBigReplies() throws Exception {
        set("k", Bytes.of(new byte[300_000]));
        try (var wire = server.connect()) {
            var expected = stored(1);
            wire.send(Wire.hex("00"), Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("k"))).expect(expected);
        }
    }

    @Test
    @DisplayName("KVS rows 1, 13 to 16: Status")
    void answersStatus() throws IOException {
        try (var talk = server.talk()) {
            assertEquals(Empty.ZERO, talk.call(Status.PING, Empty.ZERO));
            assertEquals(server.addressText(), talk.call(Status.LEADER, DCSpecificRequest.ZERO));
            assertEquals("No path to datacenter",
                    talk.refused(Status.LEADER, DCSpecificRequest.ZERO.withDatacenter("dc9")));
            assertEquals("No path to datacenter",
                    talk.refused(Status.PEERS, DCSpecificRequest.ZERO.withDatacenter("dc9")));
            assertEquals(List.of(server.addressText()), talk.call(Status.PEERS, DCSpecificRequest.ZERO));
            RaftStats stats = talk.call(Status.RAFT_STATS, Empty.ZERO);
            assertTrue(stats.lastIndex() > 0 && stats.lastTerm() > 0);
            assertEquals("0", stats.lastContact());
        }
    }

    @Test
    @DisplayName("KVS row 12: nil for a prefix is the empty prefix")
    void takesNilForText() throws Exception {
        set("k", Bytes.ofUtf8("v"));
        try (var talk = server.talk()) {
            assertEquals("k", talk.sendRaw("KVS.List", "81" + text("Key") + "c0").receive(KVS.LIST).entries()
                    .getFirst().key());
        }
    }

    @Test
    @DisplayName("KVS rows 55 to 60: when a blocking query returns")
    void blocks() throws Exception {
        set("k", Bytes.ofUtf8("v"));
        long index = server.index();
        var wait = Duration.ofMillis(60);
        try (var wire = server.connect()) {
            long begin = System.nanoTime();
            wire.send(Wire.hex("00"), blockingGet(1, index, wait)).expect(stored(1));
            assertTrue(System.nanoTime() - begin >= wait.toNanos(), "row 55: too early");
            wire.send(blockingGet(2, 1, Wire.PATIENCE)).expect(stored(2)); // row 56
            wire.send(blockingGet(3, 99_999_999, wait)).expect(stored(3)); // row 59
            wire.send(blockingGet(4, index, Wire.PATIENCE));
            server.awaitCounter("rpc.queries_blocking", 1);
            set("unrelated", Bytes.NIL);
            wire.expectSilence(); // row 57
            set("k", Bytes.ofUtf8("w"));
            wire.expect(stored(4)); // row 58
        }
    }

    @Test
    @DisplayName("KVS row 60: a query for a missing key is not woken again and again by other keys")
    void waitsForAMissingKey() throws Exception {
        set("a", Bytes.NIL);
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), blockingGet(1, server.index(), Wire.PATIENCE));
            Conditions.await(() -> Threads.ofTheServer().stream().anyMatch(thread -> thread.contains("state.Waiter")),
                    () -> "the query has looked, found nothing, and waits");
            set("b", Bytes.NIL);
            set("c", Bytes.NIL);
            wire.expectSilence();
            set("k", Bytes.ofUtf8("v"));
            wire.expect(stored(1));
        }
    }
}
