package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.Txn;
import dev.proconsul.rpc.structs.TxnKVOp;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.WriteRequest;
import dev.proconsul.rpc.structs.proto.CatalogOp;
import dev.proconsul.rpc.structs.proto.ConfigEntryUpdate.UpdateOp;
import dev.proconsul.rpc.structs.proto.Event;
import dev.proconsul.rpc.structs.proto.KeysRequest;
import dev.proconsul.rpc.structs.proto.NamedSubject;
import dev.proconsul.rpc.structs.proto.NodesRequest;
import dev.proconsul.rpc.structs.proto.StateStreamGrpc;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import dev.proconsul.rpc.structs.proto.Topic;
import dev.proconsul.rpc.structs.proto.configentry.Kind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rows of the calls chapter on streaming, on a whole server, as a gRPC client sees them. Those on what becomes an
/// event, and on snapshots, are in `rpc-endpoints`.
class SubscribeConformanceTest {
    private static final String MANAGEMENT = "8c1b6d1e-0000-4000-8000-0000000000aa";
    private static final SubscribeRequest WEB =
            SubscribeRequest.newBuilder().setTopic(Topic.ServiceHealth).setKey("web").build();

    private TestServer server;
    private GrpcClient client;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private void start(AclConfig acl) throws IOException {
        server = TestServer.start(config -> config.withAcl(acl));
        client = GrpcClient.once(server.address());
    }

    private void start() throws IOException {
        start(AclConfig.DISABLED);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private EventStream open(SubscribeRequest request) {
        return EventStream.open(client.channel, request);
    }

    private void register(String node, String id, String name) throws Exception {
        register(node, id, name, "");
    }

    private void register(String node, String id, String name, String token) throws Exception {
        server.call(Catalog.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode(node).withAddress("10.0.0.1")
                .withService(NodeService.ZERO.withId(id).withService(name))
                .withWriteRequest(new WriteRequest(token)));
    }

    private static String instance(Event event) {
        var instance = event.getServiceHealth().getCheckServiceNode();
        return instance.getNode().getNode() + "/" + instance.getService().getID();
    }

    private static void expectEnd(EventStream stream, Status.Code code, String text) {
        var status = stream.statusAtLast();
        assertEquals(code + " " + text, status.getCode() + " " + status.getDescription());
    }

    @ParameterizedTest(name = "topic {0}, {1}: {2} {3}")
    @DisplayName("S15-S18: requests that subscribe to nothing")
    @CsvSource(delimiter = '|', value = {
        "0  | web | INVALID_ARGUMENT | cannot construct subject for topic Unknown",
        "99 | web | INVALID_ARGUMENT | cannot construct subject for topic 99",
        "0  | *   | UNKNOWN          | unknown topic Unknown",
        "99 | *   | UNKNOWN          | unknown topic 99",
        "1  | *   | UNKNOWN          | topic ServiceHealth does not support wildcard subscriptions",
        "2  | *   | UNKNOWN          | topic ServiceHealthConnect does not support wildcard subscriptions",
        "7  | web | INVALID_ARGUMENT | topic ServiceList can only be consumed using WildcardSubject",
        "14 | x   | INVALID_ARGUMENT | cannot construct subject for topic IPRateLimit",
        "1  |     | INVALID_ARGUMENT | either WildcardSubject or NamedSubject.Key is required",
        "7  |     | INVALID_ARGUMENT | either WildcardSubject or NamedSubject.Key is required"
    })
    void refusesWhatSubscribesToNothing(int topic, String key, Status.Code code, String text) throws Exception {
        start();
        var request = SubscribeRequest.newBuilder().setTopicValue(topic);
        if ("*".equals(key)) {
            request.setWildcardSubject(true);
        } else if (key != null) {
            request.setNamedSubject(NamedSubject.newBuilder().setKey(key));
        }
        try (var stream = open(request.build())) {
            expectEnd(stream, code, text);
        }
        assertEquals(0, server.counter("subscribe.subscriptions"));
    }

    @Test
    @DisplayName("a request that is kept while its stream lasts is of limited size: 4,096 bytes, and not one more")
    void limitsTheSizeOfARequest() throws Exception {
        start();
        try (var stream = open(ofBytes(4_096))) {
            assertTrue(stream.event().getEndOfSnapshot());
        }
        try (var stream = open(ofBytes(4_097))) {
            expectEnd(stream, Status.Code.INVALID_ARGUMENT, "a request of 4097 bytes, expected at most 4096");
        }
        server.awaitCounter("subscribe.subscriptions", 0);
    }

    private static SubscribeRequest ofBytes(int size) {
        var request = SubscribeRequest.newBuilder().setTopic(Topic.ServiceHealth).setKey("x").setToken("").build();
        int rest = size - request.toBuilder().setKey("x".repeat(1_000)).build().getSerializedSize();
        var sized = request.toBuilder().setKey("x".repeat(1_000 + rest)).build();
        assertEquals(size, sized.getSerializedSize());
        return sized;
    }

    @Test
    @DisplayName("S1, S3, S4, S22 with a named subject, as newer clients send it")
    void streamsHealthByNamedSubject() throws Exception {
        start();
        register("n1", "w1", "WEB");
        var web = SubscribeRequest.newBuilder().setTopic(Topic.ServiceHealth)
                .setNamedSubject(NamedSubject.newBuilder().setKey("web"));
        try (var stream = open(web.build())) {
            assertEquals("n1/w1", instance(stream.event()));
            assertTrue(stream.event().getEndOfSnapshot());
            register("n1", "w2", "web");
            var last = stream.event();
            assertEquals("n1/w2", instance(last));

            try (var resumed = open(web.setIndex(last.getIndex()).build());
                    var behind = open(web.setIndex(last.getIndex() - 1).build())) {
                assertEquals(Event.newBuilder().setNewSnapshotToFollow(true).build(), behind.event());
                resumed.expectNothing();
                server.awaitCounter("subscribe.subscriptions", 3);
                register("n1", "w3", "web");
                assertEquals("n1/w3", instance(resumed.event()));
            }
        }
    }

    @Test
    @DisplayName("S9: policy of the token changes: ABORTED; re-subscribe works. S11: without rights, EndOfSnapshot only")
    void followsThePolicy() throws Exception {
        start(AclConfig.denying(MANAGEMENT));
        register("n1", "w1", "web", MANAGEMENT);
        var policy = server.call(ACLs.POLICY_SET, new ACLPolicySetRequest(ACLPolicy.ZERO.withName("p")
                .withRules("key \"x\" { policy = \"read\" }"), "dc1", new WriteRequest(MANAGEMENT)));
        var token = server.call(ACLs.TOKEN_SET, ACLTokenSetRequest.ZERO.withCreate(true).withDatacenter("dc1")
                .withWriteRequest(new WriteRequest(MANAGEMENT)).withAclToken(ACLToken.ZERO.withPolicies(
                        List.of(new ACLTokenPolicyLink(policy.id(), "")))));
        var request = WEB.toBuilder().setToken(token.secretID()).build();
        try (var stream = open(request)) {
            assertTrue(stream.event().getEndOfSnapshot());
            server.call(ACLs.POLICY_SET, new ACLPolicySetRequest(policy.withRules(
                    "service \"web\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }"), "dc1",
                    new WriteRequest(MANAGEMENT)));

            expectEnd(stream, Status.Code.ABORTED, "subscription closed by server, ACL change occurred");
        }
        try (var again = open(request)) {
            assertEquals("n1/w1", instance(again.event()));
        }
    }

    @Test
    @DisplayName("S14: server shutdown: UNKNOWN, and why")
    void saysThatItLeaves() throws Exception {
        start();
        try (var stream = open(WEB)) {
            assertTrue(stream.event().getEndOfSnapshot());
            server.running().close();

            expectEnd(stream, Status.Code.UNKNOWN, "subscription closed by server, server is shutting down");
        }
    }

    @Test
    @DisplayName("S19: request for another datacenter: events of that datacenter, indexes of that datacenter")
    void passesStreamsOfOtherDatacentersOn() throws Exception {
        start();
        try (var first = TestServer.start(config -> config.withDatacenter("dc2")
                        .withPeers(config.peers().withRemoteServer("dc1=" + server.addressText())));
                var near = GrpcClient.once(first.address())) {
            var far = EventStream.open(near.channel, WEB.toBuilder().setDatacenter("dc1").build());
            assertTrue(far.event().getEndOfSnapshot());
            register("n1", "w1", "web");
            var event = far.event();
            assertEquals("n1/w1", instance(event));
            assertEquals(server.index(), event.getIndex());
            assertEquals(1, server.counter("subscribe.subscriptions"));
            assertEquals(0, first.counter("subscribe.subscriptions"));

            try (var nowhere = EventStream.open(near.channel, WEB.toBuilder().setDatacenter("dc9").build());
                    var invalid = EventStream.open(near.channel, WEB.toBuilder().setDatacenter("dc1").setKey("").build())) {
                expectEnd(nowhere, Status.Code.UNKNOWN, "No path to datacenter");
                expectEnd(invalid, Status.Code.INVALID_ARGUMENT, "either WildcardSubject or NamedSubject.Key is required");
            }
            far.close();
            server.awaitCounter("subscribe.subscriptions", 0);

            var held = EventStream.open(near.channel, WEB.toBuilder().setDatacenter("dc1").build());
            held.event();
            first.running().close();
            assertEquals(Status.Code.UNAVAILABLE, held.statusAtLast().getCode());
        }
    }

    @Test
    @DisplayName("ServiceList: one batch, then names as they come and go")
    void streamsNamesOfServices() throws Exception {
        start();
        register("n1", "w1", "web");
        try (var stream = open(SubscribeRequest.newBuilder().setTopic(Topic.ServiceList).setWildcardSubject(true)
                .build())) {
            var batch = stream.event().getEventBatch();
            assertEquals(List.of("consul", "web"),
                    batch.getEventsList().stream().map(event -> event.getService().getName()).toList());
            assertTrue(stream.event().getEndOfSnapshot());
            register("n1", "w2", "web");
            register("n1", "d1", "db");
            register("n1", "d1", "data");

            assertEquals("Register db", text(stream.event()));
            var renamed = stream.event().getEventBatch().getEventsList();
            assertEquals(List.of("Register data", "Deregister db"),
                    renamed.stream().map(SubscribeConformanceTest::text).sorted((a, b) -> b.compareTo(a)).toList());
        }
    }

    private static String text(Event event) {
        return event.getService().getOp() + " " + event.getService().getName();
    }

    @Test
    @DisplayName("ServiceDefaults: all entries of the kind, or one by name")
    void streamsConfigEntries() throws Exception {
        start();
        defaults("web", "http", false);
        var all = SubscribeRequest.newBuilder().setTopic(Topic.ServiceDefaults).setWildcardSubject(true).build();
        var one = SubscribeRequest.newBuilder().setTopic(Topic.ServiceDefaults)
                .setNamedSubject(NamedSubject.newBuilder().setKey("db")).build();
        try (var stream = open(all); var db = open(one)) {
            var entry = stream.event().getConfigEntry();
            assertEquals(UpdateOp.Upsert, entry.getOp());
            assertEquals(Kind.KindServiceDefaults, entry.getConfigEntry().getKind());
            assertEquals("web", entry.getConfigEntry().getName());
            assertEquals("http", entry.getConfigEntry().getServiceDefaults().getProtocol());
            assertTrue(stream.event().getEndOfSnapshot());
            assertTrue(db.event().getEndOfSnapshot());
            defaults("db", "tcp", false);
            defaults("web", "", true);

            assertEquals("tcp", db.event().getConfigEntry().getConfigEntry().getServiceDefaults().getProtocol());
            assertEquals("db", stream.event().getConfigEntry().getConfigEntry().getName());
            assertEquals(UpdateOp.Delete, stream.event().getConfigEntry().getOp());
            db.expectNothing();
        }
    }

    private void defaults(String name, String protocol, boolean delete) throws Exception {
        var entry = ServiceConfigEntry.ZERO.withKind("service-defaults").withName(name).withProtocol(protocol);
        var request = ConfigEntryRequest.ZERO.withDatacenter("dc1").withEntry(entry);
        if (delete) {
            server.call(ConfigEntries.DELETE, request);
        } else {
            server.call(ConfigEntries.APPLY, request);
        }
    }

    @Test
    @DisplayName("A snapshot too big for a message comes in several, and whole")
    void dividesABigSnapshot() throws Exception {
        start();
        for (int i = 0; i < 12; i++) {
            server.call(ConfigEntries.APPLY, ConfigEntryRequest.ZERO.withDatacenter("dc1").withEntry(
                    ServiceConfigEntry.ZERO.withKind("service-defaults").withName("s" + i)
                            .withMeta(Map.of("k", "x".repeat(500_000)))));
        }
        var all = SubscribeRequest.newBuilder().setTopic(Topic.ServiceDefaults).setWildcardSubject(true).build();
        try (var stream = open(all)) {
            var names = new TreeSet<String>();
            int messages = 0;
            for (var event = stream.event(); !event.getEndOfSnapshot(); event = stream.event()) {
                messages++;
                event.getEventBatch().getEventsList().forEach(part ->
                        names.add(part.getConfigEntry().getConfigEntry().getName()));
            }
            assertEquals(12, names.size());
            assertEquals(2, messages);
        }
    }

    @Test
    @DisplayName("Our own service: keys under a prefix, and nodes")
    void streamsKeysAndNodes() throws Exception {
        start();
        set("app/a", "1");
        var stub = StateStreamGrpc.newBlockingStub(client.channel);
        var keys = stub.keys(KeysRequest.newBuilder().setPrefix("app/").build());
        var nodes = stub.nodes(NodesRequest.newBuilder().setNode("N1").build());
        assertEquals("1", keys.next().getKey().getValue().toStringUtf8());
        assertTrue(keys.next().getEndOfSnapshot());
        assertTrue(nodes.next().getEndOfSnapshot());

        set("app/b", "2");
        server.call(KVS.APPLY, KVSRequest.ZERO.withDatacenter("dc1").withOp(KVOp.DELETE_TREE)
                .withDirEnt(DirEntry.ZERO.withKey("app/")));
        register("n1", "w1", "web");

        assertEquals("app/b", keys.next().getKey().getKey().toStringUtf8());
        var gone = keys.next().getBatch().getEventsList();
        assertEquals(List.of("true app/a", "true app/b"), gone.stream().map(event -> event.getKey().getRemoved() + " "
                + event.getKey().getKey().toStringUtf8()).toList());
        assertEquals("10.0.0.1", nodes.next().getNode().getNode().getAddress());
    }

    @Test
    @DisplayName("A change too big for a message: subscribers begin anew, and get it in the steps of a snapshot")
    void beginsAnewWhenAChangeIsTooBig() throws Exception {
        start();
        var request = KeysRequest.newBuilder().setPrefix("app/").build();
        var stub = StateStreamGrpc.newBlockingStub(client.channel);
        var keys = stub.keys(request);
        assertTrue(keys.next().getEndOfSnapshot());
        var ops = new ArrayList<TxnOp>();
        for (int i = 0; i < 20; i++) {
            ops.add(TxnOp.ZERO.withKv(new TxnKVOp("set",
                    DirEntry.ZERO.withKey("app/" + i).withValue(Bytes.of(new byte[500_000])))));
        }
        assertEquals(List.of(), server.call(Txn.APPLY, TxnRequest.ZERO.withDatacenter("dc1").withOps(ops)).errors());

        var ended = assertThrows(StatusRuntimeException.class, keys::next).getStatus();
        assertEquals(Status.Code.ABORTED, ended.getCode(), ended::toString);
        server.awaitCounter("subscribe.subscriptions", 0);
        var again = stub.keys(request);
        int seen = 0;
        for (var event = again.next(); !event.getEndOfSnapshot(); event = again.next()) {
            seen += event.hasBatch() ? event.getBatch().getEventsCount() : 1;
        }
        assertEquals(20, seen);
    }

    private void set(String key, String value) throws Exception {
        server.call(KVS.APPLY, KVSRequest.ZERO.withDatacenter("dc1").withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.ofUtf8(value))));
    }

    @Test
    @DisplayName("Cancelling a subscription frees it within a second")
    void freesWhatIsCancelled() throws Exception {
        start();
        var streams = new ArrayList<EventStream>();
        for (int i = 0; i < 100; i++) {
            streams.add(open(WEB));
        }
        server.awaitCounter("subscribe.subscriptions", 100);
        streams.forEach(EventStream::close);

        Conditions.within(Duration.ofSeconds(1), () -> server.counter("subscribe.subscriptions") == 0,
                () -> server.counter("subscribe.subscriptions") + " are left");
    }

    @Test
    @DisplayName("5,000 subscriptions and cancellations leave nothing")
    void leavesNothing() throws Exception {
        start();
        for (int connection = 0; connection < 5; connection++) { // one may not reset more than 2,048 streams in a second
            try (var own = GrpcClient.once(server.address())) {
                for (int i = 0; i < 1_000; i++) {
                    try (var stream = EventStream.open(own.channel, WEB)) {
                        if (i % 2 == 0) {
                            assertTrue(stream.event().getEndOfSnapshot());
                        }
                    }
                }
            }
        }
        server.awaitCounter("subscribe.subscriptions", 0);
        server.awaitCounter("grpc.server.streams", 0);
    }

    @Test
    @DisplayName("Who takes nothing is behind no one's way, and is ended at the limit")
    void endsWhoTakesNothing() throws Exception {
        start();
        register("n1", "w1", "web");
        try (var idle = EventStream.openIdle(client.channel, WEB); var quick = open(WEB)) {
            server.awaitCounter("subscribe.subscriptions", 2);
            quick.event();
            quick.event();
            for (int i = 0; i < 5_000; i++) {
                server.call(Catalog.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode("n1")
                        .withAddress("10.0.0.1").withSkipNodeUpdate(true).withCheck(HealthCheck.ZERO.withNode("n1")
                                .withCheckID("c").withServiceID("w1").withStatus("passing").withOutput("x".repeat(50) + i)));
                var event = quick.event();
                assertEquals(CatalogOp.Register, event.getServiceHealth().getOp());
                assertFalse(event.hasEventBatch());
            }
            server.awaitCounter("subscribe.subscriptions", 1);
            idle.take(10_000);
            expectEnd(idle, Status.Code.RESOURCE_EXHAUSTED, "subscription closed by server, the subscriber takes its"
                    + " events too slowly: resubscribe");
        }
    }
}
