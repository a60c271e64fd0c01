package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.CoordinateUpdateRequest;
import dev.proconsul.rpc.structs.Coordinates;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.Sessions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Replays what clients did to one real server, in their order, on one of ours: calls of the catalog and all that hangs
/// together with it, over byte 0 and over byte 4.
///
/// The recordings are parts of one script, run twice. Of each run some calls are missing; a write that is, is taken from
/// the other run. Replies are compared as trees, after [#normal].
class HistoryReplayTest {
    private static final int RECORDS = 148;

    /// Errors that this server, which follows 2.0, tells with other words.
    private static final Map<String, String> OTHER_WORDS = Map.of(
            "error-register-service-no-name",
            "Must provide service name (Service.Service) when service ID is provided",
            "error-register-proxy-bad", "2 errors occurred:\n"
                    + "\t* Port or SocketPath must be set for a connect-proxy\n"
                    + "\t* Proxy.DestinationServiceName must be non-empty for Connect proxy services\n\n");

    /// Replies that are other ones on purpose, and why.
    private static final Map<String, String> OTHER_REPLIES = Map.of(
            "internal-keyring-list", "there is no gossip, and so no key",
            "internal-keyring-list-local", "there is no gossip, and so no key",
            "internal-keyring-bad-key", "there is no gossip, and so no key",
            "operator-serverhealth", "ids, addresses, times and versions of the server",
            "operator-autopilotstate", "ids, addresses, times and versions of the server; IsLeader is true of the leader");

    private static final Set<String> UNORDERED = Set.of("Catalog.ServiceList", "Catalog.ListServices");

    private static TestServer server;
    /// Ids that the recorded server made, and those that ours made in their place.
    private static final Map<String, String> IDS = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        var limit = Duration.ofMillis(100); // for queries that waited for a write, which here comes before them
        server = TestServer.start(config -> config.withNode("server-a").withQueryTimes(limit, limit));
        for (var run : List.of("plain", "mux")) {
            keysOf(run);
        }
    }

    /// What other recordings of the same run have left: a transaction reads it.
    private static void keysOf(String run) throws Exception {
        var id = server.call(Sessions.APPLY, SessionRequest.ZERO.withDatacenter("dc1").withOp(SessionOp.CREATE)
                .withSession(Session.ZERO.withNode("server-a")));
        kv(KVOp.SET, DirEntry.ZERO.withKey(run + "/a").withValue(Bytes.ofUtf8("two")));
        kv(KVOp.SET, DirEntry.ZERO.withKey(run + "/empty"));
        kv(KVOp.SET, DirEntry.ZERO.withKey(run + "/nil"));
        kv(KVOp.LOCK, DirEntry.ZERO.withKey(run + "/lock").withSession(id));
        kv(KVOp.UNLOCK, DirEntry.ZERO.withKey(run + "/lock").withSession(id).withValue(Bytes.ofUtf8("free")));
        server.call(Sessions.APPLY, SessionRequest.ZERO.withDatacenter("dc1").withOp(SessionOp.DESTROY)
                .withSession(Session.ZERO.withId(id)));
    }

    private static void kv(KVOp op, DirEntry entry) throws Exception {
        server.call(KVS.APPLY, KVSRequest.ZERO.withDatacenter("dc1").withOp(op).withDirEnt(entry));
    }

    @AfterAll
    static void stop() {
        server.close();
        Threads.awaitNone();
    }

    @Test
    @DisplayName("Every record is there")
    void everyRecordIsThere() throws IOException {
        assertEquals(RECORDS, Transcript.history().size());
    }

    @TestFactory
    Stream<DynamicTest> replays() throws IOException {
        var plain = Transcript.history().stream().filter(record -> !record.multiplexed()).toList();
        var mux = Transcript.history().stream().filter(Transcript::multiplexed).toList();
        return Stream.concat(script(plain, mux, "mux", "plain"), script(mux, plain, "plain", "mux"));
    }

    /// The records of one run, with the writes of the other run where this one has none.
    private static Stream<DynamicTest> script(
            List<Transcript> own, List<Transcript> other, String from, String to) {
        var tests = new ArrayList<DynamicTest>();
        var names = own.stream().map(Transcript::name).toList();
        int at = 0;
        for (var record : other) {
            int here = names.indexOf(record.name());
            if (here < 0 && isWrite(record)) {
                tests.add(DynamicTest.dynamicTest("(" + record.id() + " for " + to + ")",
                        () -> substitute(record, from, to)));
            }
            while (here >= 0 && at <= here) {
                var mine = own.get(at++);
                tests.add(DynamicTest.dynamicTest(mine.id(), () -> replay(mine)));
            }
        }
        while (at < own.size()) {
            var mine = own.get(at++);
            tests.add(DynamicTest.dynamicTest(mine.id(), () -> replay(mine)));
        }
        return tests.stream();
    }

    private static boolean isWrite(Transcript record) {
        var call = record.calls().getFirst();
        return call.error().isEmpty() && methodOf(call).access() == Method.Access.WRITE;
    }

    private static Method<?, ?> methodOf(Transcript.Call call) {
        return Methods.named(call.method()).orElseThrow();
    }

    private static void substitute(Transcript record, String from, String to) throws Exception {
        var call = record.calls().getFirst();
        substitute(methodOf(call), call, from, to);
    }

    private static <Q, R> void substitute(Method<Q, R> method, Transcript.Call call, String from, String to)
            throws Exception {
        var tree = method.request().toJson(method.request().decode(reader(withIds(call.body()))));
        server.call(method, method.request().fromJson(renamed(tree, from, to)));
    }

    private static Object renamed(Object tree, String from, String to) {
        return switch (tree) {
            case String text -> text.replace(from, to);
            case List<?> list -> list.stream().map(item -> renamed(item, from, to)).toList();
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((key, value) -> copy.put(key, renamed(value, from, to)));
                yield copy;
            }
            case null -> null;
            case Object other -> other;
        };
    }

    private static MsgpackReader reader(byte[] bytes) {
        return MsgpackReader.of(bytes, DecodeLimits.DEFAULT);
    }

    private static void replay(Transcript record) throws Exception {
        if (record.trigger().isPresent()) {
            overByte0(record.trigger().get().bytes());
        }
        for (var call : record.calls()) {
            compare(record, call, methodOf(call));
        }
    }

    private static <R> void compare(Transcript record, Transcript.Call call, Method<?, R> method) throws Exception {
        byte[] request = Requests.join(call.header(), withIds(call.body()));
        byte[] answer;
        if (record.multiplexed()) {
            answer = overByte4(request, method);
        } else {
            answer = overByte0(request);
        }
        var in = reader(answer);
        var header = ResponseHeader.CODEC.decode(in);
        if (!call.error().isEmpty()) {
            assertEquals(OTHER_WORDS.getOrDefault(record.name(), call.error()), header.error());
            return;
        }
        if (OTHER_REPLIES.containsKey(record.name())) {
            return;
        }
        assertEquals("", header.error());
        assertEquals(call.seq(), header.seq());
        in.startMessage();
        var reply = method.reply().toJson(method.reply().decode(in));
        var recorded = method.reply().toJson(method.reply().decode(reader(call.responseBody())));
        if (recorded instanceof String id && !id.isEmpty() && reply instanceof String ours) {
            assertEquals(id.length(), ours.length());
            IDS.put(id, ours);
        }
        var expected = method.reply().toJson(method.reply().decode(reader(withIds(call.responseBody()))));
        assertEquals(normal(expected, method), normal(reply, method));
        if (method == Coordinates.UPDATE) {
            awaitCoordinates(CoordinateUpdateRequest.CODEC.decode(reader(withIds(call.body()))));
        }
    }

    /// They are stored every five seconds.
    private static void awaitCoordinates(CoordinateUpdateRequest sent) throws Exception {
        var question = NodeSpecificRequest.ZERO.withDatacenter("dc1").withNode(sent.node());
        Conditions.await(() -> coordinatesNow(question).stream()
                        .anyMatch(known -> Objects.equals(known.coord(), sent.coord())),
                () -> "the coordinates of " + sent.node() + " are not stored");
    }

    private static List<Coordinate> coordinatesNow(NodeSpecificRequest question) {
        try {
            return server.call(Coordinates.NODE, question).coordinates();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] overByte0(byte[] request) throws IOException {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), request);
            return wire.finish().readToEnd();
        }
    }

    private static byte[] overByte4(byte[] request, Method<?, ?> method) throws IOException {
        try (var wire = server.multiplexed()) {
            wire.open(1, request);
            wire.until(() -> isWhole(wire.stream(1).data(), method));
            return wire.stream(1).data();
        }
    }

    private static boolean isWhole(byte[] answer, Method<?, ?> method) {
        try {
            var in = reader(answer);
            boolean refused = !ResponseHeader.CODEC.decode(in).error().isEmpty();
            in.startMessage();
            if (refused) {
                in.skipValue();
            } else {
                method.reply().decode(in);
            }
            return true;
        } catch (EOFException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// With our ids in the place of the recorded ones, which are as long.
    private static byte[] withIds(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (var id : IDS.entrySet()) {
            text = text.replace(id.getKey(), id.getValue());
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Without what varies from run to run or from release to release: indexes, the metadata of the server's own node
    /// and service, orders that mean nothing.
    private static Object normal(Object tree, Method<?, ?> method) {
        return switch (tree) {
            case Map<?, ?> map when isOwn(map) -> "the server itself";
            case Map<?, ?> map -> {
                var copy = new TreeMap<String, Object>();
                map.forEach((key, value) -> copy.put(key.toString(),
                        Set.of("Index", "CreateIndex", "ModifyIndex").contains(key) ? "#" : normal(value, method)));
                yield copy;
            }
            case List<?> list -> {
                // Ours has no gossip, and so no coordinate of its own.
                var items = list.stream().filter(item -> method != Coordinates.LIST_NODES
                        || !(item instanceof Map<?, ?> map && isOwn(map))).map(item -> normal(item, method));
                yield UNORDERED.contains(method.name())
                        ? items.sorted((a, b) -> a.toString().compareTo(b.toString())).toList() : items.toList();
            }
            case null -> "nil";
            case String text -> text.replaceAll("current modify index \\d+", "current modify index #");
            case Object other -> other;
        };
    }

    private static boolean isOwn(Map<?, ?> map) {
        return "server-a".equals(map.get("Node")) || "consul".equals(map.get("Service"))
                || map.get("Node") instanceof Map<?, ?> node && "server-a".equals(node.get("Node"));
    }
}
