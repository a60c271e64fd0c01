package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.SnapshotArchive;
import dev.proconsul.rpc.structs.SnapshotMeta;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Type byte 5: the recordings of snapshot transfers, and rows 120-132 of the transport chapter.
class SnapshotConformanceTest {
    private static final int RECORDS = 33;
    private static final SnapshotRequest SAVE = new SnapshotRequest("dc1", "", false, 0);
    private static final SnapshotRequest RESTORE = new SnapshotRequest("dc1", "", false, 1);

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

    private TestServer server() {
        return server;
    }

    private static byte[] recorded(String name) throws IOException {
        try (var in = SnapshotConformanceTest.class.getResourceAsStream("/conformance/snapshot/" + name)) {
            return in.readAllBytes();
        }
    }

    /// An open transfer, with everything sent but the end.
    private Wire sent(SnapshotRequest request, byte[] archive) throws IOException {
        return server.connect().send(Wire.hex("05"), Requests.encode(SnapshotRequest.CODEC, request), archive);
    }

    private static SnapshotResponse answer(Wire wire) throws IOException {
        return SnapshotResponse.CODEC.decode(MsgpackReader.unbuffered(wire.input(), DecodeLimits.HEADER));
    }

    private String refusal(SnapshotRequest request, byte[] archive) throws IOException {
        try (var wire = sent(request, archive).finish()) {
            var answer = answer(wire);
            assertEquals(QueryMeta.ZERO, answer.queryMeta());
            wire.expectEnd();
            return answer.error();
        }
    }

    private void restore(byte[] archive) throws IOException {
        assertEquals("", refusal(RESTORE, archive));
    }

    private static SnapshotMeta read(Wire wire) throws IOException {
        return SnapshotArchive.read(wire.input(), 1 << 20, _ -> {});
    }

    @TestFactory
    @DisplayName("Transfers, as recorded")
    Stream<DynamicTest> replays() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(getClass()
                .getResourceAsStream("/conformance/snapshot/transcripts.jsonl"), StandardCharsets.UTF_8)).lines().toList();
        assertEquals(RECORDS, lines.size());
        return lines.stream().map(line -> new Gson().fromJson(line, JsonObject.class))
                .map(record -> DynamicTest.dynamicTest(record.get("id").getAsString(), () -> replay(record)));
    }

    private void replay(JsonObject record) throws IOException {
        server.close();
        server = TestServer.start(); // the factory's own was for one test
        var state = recorded(record.get("id").getAsString().split("/")[1] + ".snap");
        restore(state);
        try (var wire = server().connect()) {
            wire.send(Wire.hex("05"), Wire.hex(record.get("request_header_hex").getAsString()),
                    body(record.get("request_body").getAsString(), state)).finish();
            if (!record.get("responded").getAsBoolean()) {
                wire.expectEnd();
            } else if (record.has("response_stream_len") && record.get("response_stream_len").getAsInt() > 0) {
                var recordedIndex = record.getAsJsonObject("response").get("Index").getAsLong();
                var meta = QueryMeta.ZERO.withKnownLeader(true).withIndex(recordedIndex + 2); // the restore took one,
                // and then the server has registered itself
                assertEquals(new SnapshotResponse("", meta), answer(wire));
                assertEquals(recordedIndex + 2, read(wire).index());
            } else {
                wire.expect(withKeyOf2_0(Wire.hex(record.get("response_header_hex").getAsString()))).expectEnd();
            }
        }
        server().expectAlive();
    }

    private static byte[] body(String description, byte[] state) {
        if (description.startsWith("first half")) {
            return Arrays.copyOf(state, state.length / 2);
        } else if (description.endsWith("one byte changed")) {
            var changed = state.clone();
            changed[state.length / 2] ^= 0x55;
            return changed;
        } else if (description.contains("'garbage'")) {
            return "garbage".getBytes(StandardCharsets.US_ASCII);
        }
        return description.endsWith(".snap") ? state : new byte[0];
    }

    /// As the recorded answer, with the key that 2.0 added.
    private static byte[] withKeyOf2_0(byte[] map) {
        var longer = Requests.join(map, Requests.text("ResultsFilteredByACLs"), new byte[] {(byte) 0xc2});
        longer[0]++;
        return longer;
    }

    @Test
    @DisplayName("transport rows 120, 121: a save needs no half-close, and the archive is whole")
    void saves() throws Exception {
        server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("a")));
        for (boolean finish : new boolean[] {true, false}) {
            try (var wire = sent(SAVE, new byte[0])) {
                if (finish) {
                    wire.finish();
                }
                var answer = answer(wire);
                assertEquals(new SnapshotResponse("", QueryMeta.ZERO.withIndex(server.index()).withKnownLeader(true)), answer);
                var meta = read(wire);
                assertTrue(meta.id().startsWith("1-" + server.index() + "-"), meta::id);
                assertEquals(server.addressText(), meta.configuration().servers().getFirst().address());
            }
        }
    }

    @Test
    @DisplayName("transport row 120: the first bytes are those of the recording, at another index")
    void savesInTheRecordedForm() throws IOException {
        try (var wire = sent(SAVE, new byte[0]).finish()) {
            wire.expect("88a74261636b656e6400b0436f6e73697374656e63794c6576656ca0a54572726f72a0a5496e64657804"
                    + "ab4b6e6f776e4c6561646572c3ab4c617374436f6e7461637400ab4e6f744d6f646966696564c2")
                    .expect(Requests.join(Requests.text("ResultsFilteredByACLs"), Wire.hex("c2")))
                    .expect("1f8b08000000000000ff").readToEnd();
        }
    }

    @Test
    @DisplayName("transport rows 122, 123: a restore waits for the end of the archive, and then answers")
    void restoresAtTheEnd() throws Exception {
        try (var wire = sent(RESTORE, recorded("kv.snap")).expectSilence()) {
            assertTrue(server.call(KVS.LIST, KeyRequest.ZERO).entries().isEmpty(), "nothing has changed yet");
            wire.finish().expect(Requests.encode(SnapshotResponse.CODEC, SnapshotResponse.ZERO)).expectEnd();
        }
        assertEquals(24, server.call(KVS.LIST, KeyRequest.ZERO).entries().size());
        assertEquals(34, server.index(), "the restore took one, and the server has registered itself");
    }

    @Test
    @DisplayName("transport rows 123-127: archives that are none, or not whole")
    void refusesBadArchives() throws IOException {
        var archive = recorded("mixed.snap");
        assertEquals("failed to decompress snapshot: EOF", refusal(RESTORE, new byte[0]));
        assertEquals("failed to decompress snapshot: unexpected EOF", refusal(RESTORE, "hello".getBytes()));
        assertEquals("failed to read snapshot file: failed reading snapshot: unexpected EOF",
                refusal(RESTORE, Arrays.copyOf(archive, 100)));
        assertEquals("unexpected EOF", refusal(RESTORE, Requests.join(archive, "xx".getBytes())));
        server.expectAlive();
    }

    @Test
    @DisplayName("transport rows 128-130: requests that are refused")
    void refusesBadRequests() throws IOException {
        var archive = recorded("mixed.snap");
        assertEquals("stale not allowed for restore", refusal(RESTORE.withAllowStale(true), archive));
        assertEquals("unrecognized snapshot op '\\x05'", refusal(SAVE.withOp(5), new byte[0]));
        assertEquals("unrecognized snapshot op '\\a'", refusal(SAVE.withOp(7), new byte[0]));
        assertEquals("unrecognized snapshot op 'A'", refusal(SAVE.withOp(65), new byte[0]));
        assertEquals("unrecognized snapshot op '\ufffd'", refusal(SAVE.withOp(-1), new byte[0]));
        assertEquals("unrecognized snapshot op '\\u200b'", refusal(SAVE.withOp(0x200b), new byte[0]));
        assertEquals("No path to datacenter", refusal(SAVE.withDatacenter(""), new byte[0]));
        assertEquals("No path to datacenter", refusal(RESTORE.withDatacenter("dc9"), archive));
    }

    @Test
    @DisplayName("transport rows 131, 132: no request, one that cannot be read, one as a list")
    void takesRequestsInEitherForm() throws Exception {
        for (var bad : new String[] {"05", "c1", "84aa416c6c6f77", "81a24f70ff", "dfffffffff", ""}) {
            try (var wire = server.connect().send("05" + bad).finish()) {
                if (!bad.equals("81a24f70ff")) {
                    wire.expectEnd(); // an Op of -1 can be read
                }
            }
        }
        try (var wire = server.connect().send("0594a3646331a0c200").finish()) {
            assertEquals("", answer(wire).error());
            assertEquals(server.index(), read(wire).index());
        }
        server.expectAlive();
    }

    @Test
    @DisplayName("with ACLs, only who may write them may save and restore, and nothing else is told or changed")
    void needsPermission() throws Exception {
        server.close();
        server = TestServer.start(config -> config.withAcl(
                AclConfig.DISABLED.withEnabled(true).withInitialManagement("management")));
        var archive = recorded("kv.snap");
        var before = server.index();
        for (var request : List.of(SAVE, RESTORE)) {
            var refused = refusal(request, archive);
            assertTrue(refused.startsWith("Permission denied: anonymous token lacks permission 'acl:write'"), refused);
            assertEquals("ACL not found", refusal(request.withToken("unknown"), archive));
        }
        assertEquals(before, server.index());
        try (var wire = sent(SAVE.withToken("management"), new byte[0]).finish()) {
            assertEquals("", answer(wire).error());
            read(wire);
        }
        assertEquals("", refusal(RESTORE.withToken("management"), archive));
    }

    @Test
    @DisplayName("a restore wakes whoever waits for a key, and a refused one does not")
    void wakesWatchers() throws Exception {
        var waiting = QueryOptions.ZERO.withMinQueryIndex(1).withMaxQueryTime(Wire.PATIENCE);
        try (var talk = server.talk()) {
            talk.send(KVS.GET, KeyRequest.ZERO.withKey("app/config").withQueryOptions(waiting));
            server.awaitCounter("rpc.queries_blocking", 1);
            refusal(RESTORE, "hello".getBytes());
            assertEquals(1, server.counter("rpc.queries_blocking"));
            restore(recorded("kv.snap"));
            assertEquals("value-kv", talk.receive(KVS.GET).entries().getFirst().value().toUtf8());
        }
    }

    @Test
    @DisplayName("what was saved is restored elsewhere: 2 MiB of values, in pieces of any size")
    void carriesStateOver() throws Exception {
        var random = new Random(20_261_126);
        var value = new byte[256 << 10];
        for (int i = 0; i < 8; i++) {
            random.nextBytes(value);
            server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET)
                    .withDirEnt(DirEntry.ZERO.withKey("big/" + i).withValue(Bytes.of(value))));
        }
        var all = server.call(KVS.LIST, KeyRequest.ZERO);
        byte[] archive;
        try (var wire = sent(SAVE, new byte[0]).finish()) {
            answer(wire);
            archive = wire.readToEnd();
        }
        try (var other = TestServer.start(); var wire = other.connect()) {
            wire.send(Wire.hex("05"), Requests.encode(SnapshotRequest.CODEC, RESTORE));
            for (int at = 0; at < archive.length; ) {
                int piece = Math.min(archive.length - at, 1 + random.nextInt(100_000));
                wire.send(Arrays.copyOfRange(archive, at, at + piece));
                at += piece;
            }
            assertEquals("", answer(wire.finish()).error());
            assertArrayEquals(all.entries().toArray(), other.call(KVS.LIST, KeyRequest.ZERO).entries().toArray());
        }
    }

    @Test
    @DisplayName("more than four restores at once are refused; a client that goes gives its place back")
    void limitsRestores() throws IOException {
        var begun = new Wire[4];
        for (int i = 0; i < begun.length; i++) {
            begun[i] = sent(RESTORE, Arrays.copyOf(recorded("kv.snap"), 100));
        }
        Conditions.await(() -> {
            try {
                return refusal(RESTORE, new byte[0]).startsWith("there are 4 restores at work already");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, () -> "the fifth was not refused");
        begun[0].reset();
        Conditions.await(() -> {
            try {
                return refusal(RESTORE, new byte[0]).equals("failed to decompress snapshot: EOF");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, () -> "no place was given back");
        for (var wire : begun) {
            wire.close();
        }
        server.expectIdle();
    }

    @Test
    @DisplayName("a client that takes no archive, or leaves in the middle, leaves nothing behind")
    void survivesClientsThatGo() throws Exception {
        server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey("a").withValue(Bytes.of(incompressible(16 << 20)))));
        for (int i = 0; i < 5; i++) {
            var wire = sent(SAVE, new byte[0]);
            answer(wire);
            wire.reset();
        }
        server.expectIdle();
        server.expectAlive();
    }

    private static byte[] incompressible(int length) {
        var bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
