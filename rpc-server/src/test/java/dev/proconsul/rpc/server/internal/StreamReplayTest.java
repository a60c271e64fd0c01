package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnServiceOp;
import dev.proconsul.rpc.structs.Txn;
import dev.proconsul.rpc.structs.WriteRequest;
import dev.proconsul.rpc.structs.proto.Event;
import dev.proconsul.rpc.structs.proto.EventBatch;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Replays the streams that a real server of version 1.10.1 was recorded to send. The same was written to our server, at
/// the same indexes, so messages are equal to the last byte but for the order of what has none: maps, and the events of
/// a batch. Only the index of a snapshot of nothing comes from what happened on that server before.
///
/// Three streams are answered as Consul 2.0 does, see [#answersAsNewerServersDo] and [#tokenDeleted].
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StreamReplayTest {
    private static final String MANAGEMENT = "8c1b6d1e-0000-4000-8000-0000000000aa";
    private static final Map<String, JsonObject> RECORDS = records();
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static int byteForByte;
    private static TestServer server = start(AclConfig.DISABLED);
    private static GrpcClient client = client(server);

    private static TestServer start(AclConfig acl) {
        try {
            return TestServer.start(config -> config.withNode("ours").withAcl(acl));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GrpcClient client(TestServer of) {
        return GrpcClient.once(of.address());
    }

    private static Map<String, JsonObject> records() {
        var all = new LinkedHashMap<String, JsonObject>();
        try (var in = StreamReplayTest.class.getResourceAsStream("/conformance/streams.jsonl.gz");
                var lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var record = new Gson().fromJson(line, JsonObject.class);
                all.put(record.get("id").getAsString().replace("grpc/", ""), record);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    @AfterAll
    static void stop() throws Exception {
        for (var each : OPEN) {
            each.close();
        }
        client.close();
        server.close();
        Threads.awaitNone();
        assertTrue(byteForByte >= 14, () -> "only " + byteForByte + " messages were compared byte for byte");
    }

    @Test
    @Order(1)
    @DisplayName("snapshot-populated")
    void snapshotPopulated() throws Exception {
        register(124, "snapshot-populated", 0);
        register(125, "snapshot-populated", 1);
        var stream = open("snapshot-populated");
        OPEN.add(stream); // keeps buffer and snapshot for the stream that resumes
        expect(stream, "snapshot-populated", 0, 1, 2);
        register(126, "snapshot-populated", 3);
        deregister(127, "gn4", "");
        expect(stream, "snapshot-populated", 3, 4);
    }

    @Test
    @Order(2)
    @DisplayName("all-services, error-unknown-topic, error-topic-99: refused in the words of 2.0")
    void answersAsNewerServersDo() throws Exception {
        register(128, "all-services", 1);
        expectEnd("all-services", Status.Code.INVALID_ARGUMENT, "either WildcardSubject or NamedSubject.Key is required");
        expectEnd("error-unknown-topic", Status.Code.INVALID_ARGUMENT, "cannot construct subject for topic Unknown");
        expectEnd("error-topic-99", Status.Code.INVALID_ARGUMENT, "cannot construct subject for topic 99");
    }

    @Test
    @Order(3)
    @DisplayName("resume-latest-index, beside another subscriber to the same service")
    void resumesAtTheLatestIndex() throws Exception {
        try (var other = EventStream.open(client.channel, request("resume-latest-index").toBuilder().setIndex(0).build())) {
            assertTrue(other.event().getEndOfSnapshot());
            server.growTo(128);
            server.call(Catalog.REGISTER, registration(event("resume-latest-index", 0), check -> {
                check.put("Status", "passing");
                check.remove("Output");
            }));
            other.event();
            var stream = open("resume-latest-index");
            OPEN.add(stream);
            server.awaitCounter("subscribe.subscriptions", 3);
            register(130, "resume-latest-index", 0);
            expect(stream, "resume-latest-index", 0);
        }
    }

    @Test
    @Order(4)
    @DisplayName("resume-index-behind-topic: behind the service here, as there is a buffer for each")
    void resumesBehind() throws Exception {
        var request = request("resume-index-behind-topic").toBuilder().setIndex(126).build();
        try (var stream = EventStream.open(client.channel, request)) {
            expect(stream, "resume-index-behind-topic", 0, 1, 2, 3, 4, 5);
            register(131, "resume-index-behind-topic", 6);
            expect(stream, "resume-index-behind-topic", 6);
        }
    }

    @Test
    @Order(5)
    @DisplayName("batch-txn")
    void batches() throws Exception {
        server.growTo(131);
        server.call(Catalog.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode("gn7")
                .withAddress("10.40.0.1"));
        try (var stream = open("batch-txn")) {
            assertTrue(stream.event().getEndOfSnapshot());
            var ops = new ArrayList<TxnOp>();
            for (int i = 0; i < 3; i++) {
                ops.add(TxnOp.ZERO.withService(new TxnServiceOp("set", "gn7",
                        registration(batched("batch-txn", 1, i), _ -> { }).service())));
            }
            server.call(Txn.APPLY, TxnRequest.ZERO.withDatacenter("dc1").withOps(ops));
            expect(stream, "batch-txn", 1);
            server.call(Catalog.REGISTER, registration(batched("batch-txn", 2, 0), _ -> { }).withService(null));
            expect(stream, "batch-txn", 2);
            deregister(136, "gn7", "");
            expect(stream, "batch-txn", 3);
        }
    }

    @Test
    @Order(6)
    @DisplayName("connect-topic")
    void connect() throws Exception {
        try (var stream = open("connect-topic")) {
            expect(stream, "connect-topic", 0);
            server.call(Catalog.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode("gn8")
                    .withAddress("10.40.0.1"));
            register(138, "connect-topic", 1);
            deregister(139, "gn8", "g-db-1-proxy");
            expect(stream, "connect-topic", 1, 2);
        }
    }

    @Test
    @Order(7)
    @DisplayName("empty-dc")
    void emptyDatacenterIsThisOne() throws Exception {
        try (var stream = open("empty-dc")) {
            // The cached snapshot of the first stream is of another time: what counts is where both end.
            var seen = untilEnd(stream);
            assertTrue(seen.contains("gn3/g-full-1") && seen.contains("gn6/g-full-3"), seen.toString());
        }
    }

    private static List<String> untilEnd(EventStream stream) {
        var seen = new ArrayList<String>();
        while (!(seen.contains("end") && seen.contains("gn6/g-full-3"))) {
            var event = stream.event();
            var instance = event.getServiceHealth().getCheckServiceNode();
            seen.add(event.getEndOfSnapshot() ? "end"
                    : instance.getNode().getNode() + "/" + instance.getService().getID());
        }
        return seen;
    }

    @Test
    @Order(8)
    @DisplayName("error-unknown-method, error-unknown-service")
    void refusesWhatIsNotThere() {
        for (var id : List.of("error-unknown-method", "error-unknown-service")) {
            var record = RECORDS.get(id);
            var path = record.get("path").getAsString().substring(1);
            var method = EventStream.SUBSCRIBE.toBuilder().setFullMethodName(path).build();
            try (var stream = EventStream.open(client.channel, method, request(id).toByteArray())) {
                expectRecordedEnd(stream, id);
            }
        }
    }

    @Test
    @Order(9)
    @DisplayName("restore-resets")
    void restoreResets() throws Exception {
        for (var each : OPEN) {
            each.close();
        }
        server.awaitCounter("subscribe.subscriptions", 0);
        try (var stream = open("restore-resets")) {
            expect(stream, "restore-resets", 0, 1, 2);
            restoreWhatThereIs();
            expectRecordedEnd(stream, "restore-resets");
        }
    }

    private static void restoreWhatThereIs() throws IOException {
        byte[] archive;
        try (var wire = server.connect()) {
            wire.send(Wire.hex("05"), Requests.encode(SnapshotRequest.CODEC, new SnapshotRequest("dc1", "", false, 0)));
            var in = new ByteArrayInputStream(wire.finish().readToEnd());
            SnapshotResponse.CODEC.decode(MsgpackReader.unbuffered(in, DecodeLimits.DEFAULT));
            archive = in.readAllBytes();
        }
        try (var wire = server.connect()) {
            wire.send(Wire.hex("05"), Requests.encode(SnapshotRequest.CODEC, new SnapshotRequest("dc1", "", false, 1)),
                    archive);
            var answer = SnapshotResponse.CODEC.decode(
                    MsgpackReader.of(wire.finish().readToEnd(), DecodeLimits.DEFAULT));
            assertEquals("", answer.error());
        }
    }

    @Test
    @Order(10)
    @DisplayName("acl-management, acl-anonymous, acl-unknown-token")
    void tokens() throws Exception {
        withAcls();
        try (var all = open("acl-management"); var none = open("acl-anonymous"); var bad = open("acl-unknown-token")) {
            expectServerB(all, "acl-management");
            expect(none, "acl-anonymous", 0);
            expectRecordedEnd(bad, "acl-unknown-token");
        }
    }

    @Test
    @Order(11)
    @DisplayName("acl-token-deleted: ended at once, in the words of 2.0")
    void tokenDeleted() throws Exception {
        var token = server.call(ACLs.TOKEN_SET, ACLTokenSetRequest.ZERO.withCreate(true)
                .withDatacenter("dc1").withWriteRequest(new WriteRequest(MANAGEMENT))
                .withAclToken(ACLToken.ZERO.withPolicies(
                        List.of(new ACLTokenPolicyLink("00000000-0000-0000-0000-000000000001", "")))));
        var request = request("acl-token-deleted").toBuilder().setToken(token.secretID()).build();
        try (var stream = EventStream.open(client.channel, request)) {
            expectServerB(stream, "acl-token-deleted");
            server.call(ACLs.TOKEN_DELETE, ACLTokenDeleteRequest.ZERO.withDatacenter("dc1")
                    .withTokenID(token.accessorID()).withWriteRequest(new WriteRequest(MANAGEMENT)));

            var status = stream.status();
            assertEquals("UNKNOWN ACL not found", status.getCode() + " " + status.getDescription());
        }
    }

    private static void withAcls() throws Exception {
        client.close();
        server.close();
        server = start(AclConfig.denying(MANAGEMENT));
        client = client(server);
        var nothing = KVSRequest.ZERO.withOp(KVOp.DELETE).withDirEnt(DirEntry.ZERO.withKey("was never there"));
        while (server.index() < 13) {
            server.running().apply(Requests.join(new byte[] {2}, Requests.encode(KVSRequest.CODEC, nothing)));
        }
        var token = new WriteRequest(MANAGEMENT);
        var whole = registration(event("acl-management", 0), _ -> { }).withWriteRequest(token);
        server.call(Catalog.REGISTER, whole.withNodeMeta(Map.of()));
        server.call(Catalog.REGISTER, whole);
        assertEquals(15, server.index());
    }

    /// Our own server is there too, beside the recorded one.
    private static void expectServerB(EventStream stream, String id) throws Exception {
        var seen = List.of(stream.event(), stream.event()).stream()
                .filter(e -> e.getServiceHealth().getCheckServiceNode().getNode().getNode().equals("server-b")).toList();
        assertEquals(List.of(Event.parseFrom(hex(id, 0))), seen);
        expect(stream, id, 1);
    }

    private static EventStream open(String id) {
        return EventStream.open(client.channel, hex(RECORDS.get(id).get("request_hex")));
    }

    private static SubscribeRequest request(String id) {
        try {
            return SubscribeRequest.parseFrom(hex(RECORDS.get(id).get("request_hex")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hex(JsonElement text) {
        return Wire.hex(text.getAsString());
    }

    private static JsonObject event(String id, int number) {
        return RECORDS.get(id).getAsJsonArray("events").get(number).getAsJsonObject().getAsJsonObject("value");
    }

    private static JsonObject batched(String id, int number, int part) {
        return event(id, number).getAsJsonObject("EventBatch").getAsJsonArray("Events").get(part).getAsJsonObject();
    }

    private static byte[] hex(String id, int number) {
        return hex(RECORDS.get(id).getAsJsonArray("events").get(number).getAsJsonObject().get("hex"));
    }

    private static void expect(EventStream stream, String id, int... numbers) throws Exception {
        for (int number : numbers) {
            byte[] recorded = hex(id, number);
            byte[] sent = stream.bytes();
            var expected = sorted(Event.parseFrom(recorded));
            var event = sorted(Event.parseFrom(sent));
            if (expected.getEndOfSnapshot() && expected.getIndex() == 123) {
                assertTrue(event.getEndOfSnapshot());
            } else {
                assertEquals(expected, event, () -> id + " " + number);
                if (isOrdered(recorded)) {
                    assertArrayEquals(recorded, sent);
                    byteForByte++;
                }
            }
        }
    }

    /// Whether a message is what writing what was read from it gives: maps and batches may have another order.
    private static boolean isOrdered(byte[] message) throws IOException {
        var event = Event.parseFrom(message);
        var node = event.getServiceHealth().getCheckServiceNode().getNode();
        var service = event.getServiceHealth().getCheckServiceNode().getService();
        return !event.hasEventBatch() && node.getTaggedAddressesCount() < 2 && node.getMetaCount() < 2
                && service.getTaggedAddressesCount() < 2 && service.getMetaCount() < 2
                && service.getProxy().getConfig().getFieldsCount() < 2;
    }

    private static Event sorted(Event event) {
        var events = new ArrayList<>(event.getEventBatch().getEventsList());
        events.sort(Comparator.comparing(e -> e.getServiceHealth().getCheckServiceNode().getService().getID()));
        return event.hasEventBatch()
                ? event.toBuilder().setEventBatch(EventBatch.newBuilder().addAllEvents(events)).build() : event;
    }

    private static void expectEnd(String id, Status.Code code, String text) {
        try (var stream = open(id)) {
            var status = stream.status();
            assertEquals(code + " " + text, status.getCode() + " " + status.getDescription());
        }
    }

    private static void expectRecordedEnd(EventStream stream, String id) {
        var recorded = RECORDS.get(id).getAsJsonObject("status");
        var status = stream.status();
        assertEquals(recorded.get("code").getAsInt() + " " + recorded.get("message").getAsString(),
                status.getCode().value() + " " + status.getDescription());
    }

    private static void register(long index, String id, int number) throws Exception {
        server.growTo(index - 1);
        server.call(Catalog.REGISTER, registration(event(id, number), _ -> { }));
        assertEquals(index, server.index());
    }

    private static void deregister(long index, String node, String service) throws Exception {
        server.growTo(index - 1);
        server.call(Catalog.DEREGISTER,
                DeregisterRequest.ZERO.withDatacenter("dc1").withNode(node).withServiceID(service));
        assertEquals(index, server.index());
    }

    /// The registration that an event tells of.
    private static RegisterRequest registration(JsonObject event, Consumer<Map<String, Object>> checks)
            throws JsonShapeException {
        var instance = event.getAsJsonObject("ServiceHealth").getAsJsonObject("CheckServiceNode");
        @SuppressWarnings("unchecked")
        var tree = (Map<String, Object>) plain(instance);
        for (var check : (List<?>) tree.getOrDefault("Checks", List.of())) {
            @SuppressWarnings("unchecked")
            var fields = (Map<String, Object>) check;
            checks.accept(fields);
        }
        var all = CheckServiceNode.CODEC.fromJson(tree);
        var node = all.node();
        return RegisterRequest.ZERO.withDatacenter("dc1").withId(node.id()).withNode(node.node())
                .withAddress(node.address()).withTaggedAddresses(node.taggedAddresses()).withNodeMeta(node.meta())
                .withService(all.service()).withChecks(all.checks());
    }

    private static Object plain(JsonElement tree) {
        if (tree.isJsonObject()) {
            if (tree.getAsJsonObject().has("$unset")) {
                return null;
            }
            var copy = new LinkedHashMap<String, Object>();
            tree.getAsJsonObject().entrySet().forEach(entry -> {
                if (!entry.getKey().equals("RaftIndex") && !entry.getKey().equals("EnterpriseMeta")) {
                    copy.put(entry.getKey(), plain(entry.getValue()));
                }
            });
            return copy.keySet().equals(Set.of("Value")) ? copy.get("Value") : copy;
        }
        if (tree.isJsonArray()) {
            return tree.getAsJsonArray().asList().stream().map(StreamReplayTest::plain).toList();
        }
        var value = tree.getAsJsonPrimitive();
        return value.isNumber() ? value.getAsBigDecimal() : value.isBoolean() ? value.getAsBoolean() : value.getAsString();
    }
}
