package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.QueryMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Replays every recorded connection of the services `KVS` and `Status`, and every error of the layer below them,
/// against a fresh server, and wants the recorded answers back: every byte of them, with three things put in their
/// place, see [#expected].
class TranscriptReplayTest {
    private static final int RECORDS = 125;

    /// Where the answer differs on purpose. The recordings are of version 1.10.1, this server follows 2.0.
    private static final Map<String, Deviation> DEVIATIONS = Map.of(
            "kvs-bad-op", new Deviation("2.0 checks the verb before it writes to the log",
                    call -> Requests.refusal("unknown KV operation: frobnicate", call.seq(), call.method())),
            "error-empty-dc", new Deviation("2.0 takes an empty datacenter for its own",
                    TranscriptReplayTest::nothingFound),
            "error-raw-body-nil-kvs", new Deviation("2.0 takes an empty datacenter for its own",
                    TranscriptReplayTest::nothingFound),
            "error-raw-body-empty-map", new Deviation("2.0 takes an empty datacenter for its own",
                    TranscriptReplayTest::nothingFound));

    /// @param reason why
    /// @param answer what this server says instead
    private record Deviation(String reason, Function<Transcript.Call, byte[]> answer) {}

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @Test
    @DisplayName("Every record is there, and every deviation is about one of them")
    void everyRecordIsThere() throws IOException {
        var all = Transcript.all();
        assertEquals(RECORDS, all.size());
        assertEquals(RECORDS, all.stream().map(Transcript::id).distinct().count());
        DEVIATIONS.forEach((name, deviation) -> assertTrue(
                all.stream().anyMatch(record -> record.name().equals(name)), () -> name + ": " + deviation.reason()));
    }

    @TestFactory
    Stream<DynamicTest> replays() throws IOException {
        return Transcript.all().stream().map(record -> DynamicTest.dynamicTest(record.id(), () -> replay(record)));
    }

    private static void replay(Transcript record) throws Exception {
        // Whoever waits in vain waits a second in the recording; the server's own limit makes that shorter here.
        var limit = record.trigger().isPresent() ? Duration.ofSeconds(60) : Duration.ofMillis(100);
        try (var server = TestServer.start(config -> config.withQueryTimes(limit, limit))) {
            Past.of(record).playOn(server);
            if (record.multiplexed()) {
                replayFrames(record, server);
            } else {
                replayBytes(record, server);
            }
            server.expectAlive();
        }
    }

    private static void replayBytes(Transcript record, TestServer server) throws Exception {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"));
            wire.send(record.calls().stream().map(Transcript.Call::bytes).toArray(byte[][]::new));
            trigger(record, server);
            wire.expect(expected(record, server, record.calls()));
            if (record.closedByServer()) {
                wire.expectEnd();
            } else {
                wire.send(Requests.PING).expect(Requests.OK).finish().expectEnd();
            }
        }
    }

    /// Sends the client's recorded frames, each when everything has come that came before it in the recording.
    private static void replayFrames(Transcript record, TestServer server) throws Exception {
        try (var wire = server.multiplexed()) {
            boolean toBeTriggered = record.trigger().isPresent();
            for (int i = 0; i < record.frames().size(); i++) {
                var sent = record.frames().get(i);
                if (sent.byClient()) {
                    wire.send(sent.frame());
                    continue;
                }
                if (toBeTriggered && sent.frame().data().length > 0) {
                    trigger(record, server);
                    toBeTriggered = false;
                }
                awaitFrame(record, server, wire, i);
            }
            assertEquals(firstAnswers(record.frames().stream().filter(f -> !f.byClient()).map(Transcript.Sent::frame)),
                    firstAnswers(wire.frames().stream()), "streams in the order in which they are answered");
            wire.expectAlive();
        }
    }

    /// The data of a stream is compared when its last frame is due: how it is cut into frames is the server's choice.
    private static void awaitFrame(Transcript record, TestServer server, MuxWire wire, int at) throws Exception {
        var frame = record.frames().get(at).frame();
        var seen = wire.stream(frame.id());
        if (frame.has(Frame.ACK)) {
            wire.until(seen::acknowledged);
        }
        boolean more = record.frames().stream().skip(at + 1)
                .anyMatch(later -> !later.byClient() && later.frame().id() == frame.id()
                        && later.frame().data().length > 0);
        if (frame.data().length > 0 && !more) {
            wire.expect(frame.id(), expected(record, server, callsOn(record, frame.id())));
        }
        if (frame.has(Frame.FIN)) {
            wire.until(seen::finished);
            wire.expect(frame.id(), expected(record, server, callsOn(record, frame.id())));
        }
    }

    private static List<Transcript.Call> callsOn(Transcript record, int stream) {
        return IntStream.range(0, record.calls().size())
                .filter(i -> record.streamOf(i) == stream).mapToObj(record.calls()::get).toList();
    }

    private static List<Integer> firstAnswers(Stream<Frame> frames) {
        return frames.filter(frame -> frame.data().length > 0).map(Frame::id).distinct().toList();
    }

    /// The recorded write, on a connection of its own, once the query is held.
    private static void trigger(Transcript record, TestServer server) throws IOException {
        if (record.trigger().isEmpty()) {
            return;
        }
        var trigger = record.trigger().get();
        server.awaitCounter("rpc.queries_blocking", 1);
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), trigger.bytes())
                    .expect(Requests.join(trigger.responseHeader(), trigger.responseBody()));
        }
    }

    private static byte[] expected(Transcript record, TestServer server, List<Transcript.Call> calls) {
        var answers = new ArrayList<byte[]>();
        for (var call : calls) {
            if (call.responded()) {
                var deviation = DEVIATIONS.get(record.name());
                answers.add(deviation == null ? expected(call, server) : deviation.answer().apply(call));
            }
        }
        return Requests.join(answers.toArray(byte[][]::new));
    }

    /// The recorded answer, but: the address is this server's, the term is the only one there is, and the reply of a
    /// query has the one key more that 2.0 added.
    private static byte[] expected(Transcript.Call call, TestServer server) {
        byte[] body = call.error().isEmpty()
                ? switch (call.method()) {
                    case "KVS.Get", "KVS.List", "KVS.ListKeys" -> withKeyOf2_0(call.responseBody());
                    case "Status.Leader", "Status.Peers" -> withAddress(call.responseBody(), server.addressText());
                    case "Status.RaftStats" -> withTerm1(call.responseBody());
                    default -> call.responseBody();
                }
                : call.responseBody();
        return Requests.join(call.responseHeader(), body);
    }

    private static byte[] withKeyOf2_0(byte[] map) {
        var longer = Requests.join(map, new byte[] {(byte) 0xb5}, ascii("ResultsFilteredByACLs"),
                new byte[] {(byte) 0xc2});
        assertTrue((map[0] & 0xf0) == 0x80 && map[0] != (byte) 0x8f, "a small map");
        longer[0]++;
        return longer;
    }

    private static byte[] withAddress(byte[] body, String address) {
        var changed = new String(body, StandardCharsets.ISO_8859_1).replace("127.0.0.1:18300", address);
        assertTrue(changed.contains(address) && changed.length() == body.length, "addresses are of one length");
        return changed.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] withTerm1(byte[] body) {
        var changed = body.clone();
        assertEquals(2, changed[body.length - 1], "LastTerm is the last key");
        changed[body.length - 1] = 1;
        return changed;
    }

    private static byte[] nothingFound(Transcript.Call call) {
        var meta = QueryMeta.ZERO.withIndex(1).withKnownLeader(true);
        return Requests.answer(call.seq() == 0 ? 1 : call.seq(), KVS.GET, IndexedDirEntries.ZERO.withQueryMeta(meta));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
