package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// Where the answer differs on purpose: the recordings are of version 1.10.1, this server follows 2.0, or has no
    /// gossip.
    private static final Map<String, String> DEVIATIONS = new TreeMap<>(Map.of());

    private static final Set<String> UNORDERED = Set.of("Catalog.ServiceList", "Catalog.ListServices");

    private static TestServer server;
    /// Ids that the recorded server made, and those that ours made in their place.
    private static final Map<String, String> IDS = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        var limit = Duration.ofMillis(100); // for queries that waited for a write, which here comes before them
        server = TestServer.start(config -> config.withNode("server-a").withQueryTimes(limit, limit));
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
        var deviation = Optional.ofNullable(DEVIATIONS.get(record.name()));
        if (!call.error().isEmpty()) {
            assertEquals(deviation.orElse(call.error()), header.error());
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
        if (deviation.isEmpty()) {
            assertEquals(normal(expected, method), normal(reply, method));
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
                var items = list.stream().map(item -> normal(item, method));
                yield UNORDERED.contains(method.name())
                        ? items.sorted((a, b) -> a.toString().compareTo(b.toString())).toList() : items.toList();
            }
            case null -> "nil";
            case Object other -> other;
        };
    }

    private static boolean isOwn(Map<?, ?> map) {
        return "server-a".equals(map.get("Node")) || "consul".equals(map.get("Service"))
                || map.get("Node") instanceof Map<?, ?> node && "server-a".equals(node.get("Node"));
    }
}
