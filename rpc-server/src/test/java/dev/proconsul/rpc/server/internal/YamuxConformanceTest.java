package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The yamux rows of the transport chapter, with net/rpc on top. The multiplexer's own tests have them without.
class YamuxConformanceTest {
    private TestServer server;
    private MuxWire session;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start();
        session = server.multiplexed();
    }

    @AfterEach
    void stop() throws IOException {
        session.close();
        server.close();
    }

    private static Frame data(int id, byte[] bytes) {
        return Frame.data(0, id, bytes);
    }

    private void set(String key, Bytes value) throws Exception {
        server.call(KVS.APPLY,
                KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey(key).withValue(value)));
    }

    private static byte[] get() {
        return Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("k"));
    }

    private byte[] stored() throws Exception {
        return Requests.answer(1, KVS.GET, server.call(KVS.GET, KeyRequest.ZERO.withKey("k")));
    }

    /// Opens a stream with a query that is held until `k` is written.
    private void block(int id) throws IOException {
        var options = QueryOptions.ZERO.withMinQueryIndex(1).withMaxQueryTime(Wire.PATIENCE);
        session.open(id, Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("k").withQueryOptions(options)));
        server.awaitCounter("rpc.queries_blocking", 1);
    }

    @Test
    @DisplayName("transport row 87: SYN, then data: ACK, then the answer, frame by frame")
    void answersOnAStream() throws IOException {
        session.open(1, Requests.PING).expect(1, Requests.OK);
        assertEquals(List.of("WU/ACK/1/0", "Data/1/28"), session.frames().stream().map(Frame::toString).toList());
    }

    @Test
    @DisplayName("transport row 88: data with SYN is the same")
    void takesSynWithData() throws IOException {
        session.send(Frame.data(Frame.SYN, 1, Requests.PING)).expect(1, Requests.OK);
        assertTrue(session.stream(1).acknowledged());
    }

    @Test
    @DisplayName("transport row 89: a whole call in one frame: answer, then FIN; an ACK is allowed")
    void takesAWholeCallInOneFrame() throws IOException {
        session.send(Frame.data(Frame.SYN | Frame.FIN, 1, Requests.PING)).expect(1, Requests.OK).expectFinish(1);
        assertEquals(Requests.OK.length, session.stream(1).length());
    }

    @Test
    @DisplayName("transport row 90, deviation: even ids and 0 are the server's, and end the connection; odd "
            + "ones are served")
    void servesOddIdsOnly() throws IOException {
        session.open(7, Requests.PING).expect(7, Requests.OK).open(3, Requests.PING).expect(3, Requests.OK);
        for (int id : new int[] {0, 2}) {
            try (var other = server.multiplexed()) {
                other.send(Frame.window(Frame.SYN, id));
                assertEquals("GoAway/0/1", other.next().toString());
                other.expectEnd();
            }
        }
    }

    @Test
    @DisplayName("transport row 91: pings are answered with their value, whatever the stream id")
    void answersPings() throws IOException {
        for (int id : new int[] {0, 77}) {
            session.send(Frame.ping(Frame.SYN, id, 0xdeadbeef));
            assertEquals("Ping/ACK/0/deadbeef", session.next().toString());
        }
    }

    @Test
    @DisplayName("transport rows 92, 111: an ACK that nobody waits for, and a ping without flags, are ignored")
    void ignoresStrayAnswers() throws IOException {
        session.send(Frame.ping(Frame.ACK, 0, 1), Frame.ping(0, 0, 2)).open(1, Requests.PING).expect(1, Requests.OK);
        session.send(Frame.window(Frame.ACK, 1), data(1, Requests.PING))
                .expect(1, Requests.join(Requests.OK, Requests.OK));
    }

    @Test
    @DisplayName("transport row 95: after go away 0 the peer's new streams are still served")
    void servesAfterGoAway() throws IOException {
        session.send(Frame.goAway(0)).open(1, Requests.PING).expect(1, Requests.OK);
    }

    @Test
    @DisplayName("transport row 96: go away with an error code ends the connection")
    void endsOnGoAway() throws IOException {
        for (int code : new int[] {1, 2, 9}) {
            try (var other = server.multiplexed()) {
                other.open(1, Requests.PING).expect(1, Requests.OK).send(Frame.goAway(code)).expectEnd();
            }
        }
        session.expectAlive();
    }

    @Test
    @DisplayName("transport row 97: another version, another type, another protocol: the end")
    void endsOnWhatIsNoYamux() throws IOException {
        for (var bytes : List.of("010100010000000100000000", "000400010000000100000000",
                "474554202f20485454502f312e310d0a0d0a")) {
            try (var other = server.multiplexed()) {
                other.wire().send(bytes);
                other.expectEnd();
            }
        }
        session.expectAlive();
    }

    @Test
    @DisplayName("transport row 97, deviation: a peer that breaks the rules is told so, every time")
    void saysGoAwayToOffenders() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (var other = server.multiplexed()) {
                other.wire().send("010100010000000100000000");
                assertEquals("GoAway/0/1", other.next().toString());
                other.wire().expectEnd();
            }
        }
    }

    @Test
    @DisplayName("transport row 98: SYN for a stream that is open ends the connection")
    void endsOnSecondSyn() throws IOException {
        session.send(Frame.window(Frame.SYN, 1), Frame.window(Frame.SYN, 1));
        endsAfterAcknowledgements();
    }

    @Test
    @DisplayName("transport row 99: more data than the window ends the connection, before the data has come")
    void endsOnTooMuchData() throws IOException {
        session.wire().send("000000010000000100040001");
        endsAfterAcknowledgements();
    }

    /// A race decides whether the ACK of the stream leaves before the end.
    private void endsAfterAcknowledgements() throws IOException {
        var rest = session.wire().readToEnd();
        assertEquals(0, rest.length % 12);
        for (int at = 0; at < rest.length; at += 12) {
            var frame = Frame.of(Arrays.copyOfRange(rest, at, at + 12));
            assertTrue(frame.type() == Frame.GO_AWAY || frame.has(Frame.ACK) || frame.has(Frame.RST), frame::toString);
        }
        server.expectIdle();
        server.expectAlive();
    }

    @Test
    @DisplayName("transport rows 100, 101: frames for unknown streams are skipped with their data")
    void skipsUnknownStreams() throws IOException {
        session.send(data(9, Requests.PING), Frame.credit(0, 9, 5), Frame.window(Frame.FIN, 9),
                Frame.window(Frame.RST, 9));
        session.expectAlive();
        assertEquals(1, session.frames().size());
    }

    @Test
    @DisplayName("transport rows 102, 103, deviation: a stream that ends before its first byte takes nothing with it")
    void endsUnusedStreamsAlone() throws IOException {
        session.open(1, Requests.PING).expect(1, Requests.OK);
        session.send(Frame.window(Frame.SYN, 3), Frame.window(Frame.FIN, 3)).expectFinish(3);
        session.send(Frame.window(Frame.SYN, 5), Frame.window(Frame.RST, 5)).expectAlive();
        session.send(data(1, Requests.PING)).expect(1, Requests.join(Requests.OK, Requests.OK));
        assertEquals(0, session.stream(3).length());
    }

    @Test
    @DisplayName("transport row 104, deviation: a silent stream keeps no other waiting")
    void doesNotWaitForSilentStreams() throws IOException {
        session.send(Frame.window(Frame.SYN, 1)).send(Frame.data(Frame.SYN, 3, Requests.PING)).expect(3, Requests.OK);
        session.until(session.stream(1)::acknowledged);
        session.send(data(1, Requests.PING)).expect(1, Requests.OK);
    }

    @Test
    @DisplayName("transport row 105, deviation: silent streams are accepted, so 300 of them fill no backlog")
    void acceptsSilentStreams() throws IOException {
        for (int id = 1; id < 600; id += 2) {
            session.send(Frame.window(Frame.SYN, id));
            if (id % 50 == 49) {
                int last = id;
                session.until(() -> session.stream(last).acknowledged());
            }
        }
        session.until(session.stream(599)::acknowledged);
        session.open(601, Requests.PING).expect(601, Requests.OK);
        assertFalse(session.frames().stream().anyMatch(frame -> frame.has(Frame.RST)));
    }

    @Test
    @DisplayName("transport row 106: a FIN after both sides have finished is ignored")
    void ignoresALateFin() throws IOException {
        session.open(1, Requests.PING).expect(1, Requests.OK).send(Frame.window(Frame.FIN, 1)).expectFinish(1);
        session.send(Frame.window(Frame.FIN, 1)).expectAlive();
    }

    @Test
    @DisplayName("transport row 107, deviation: a second FIN on a stream that is in use is ignored; some peers send it")
    void ignoresASecondFin() throws Exception {
        block(1);
        session.send(Frame.window(Frame.FIN, 1), Frame.window(Frame.FIN, 1)).expectAlive();
        set("k", Bytes.ofUtf8("v"));
        session.expect(1, stored()).expectFinish(1);
    }

    @Test
    @DisplayName("transport row 108: a call that has finished sending still gets its answer, then FIN")
    void answersAfterFin() throws Exception {
        block(1);
        session.send(Frame.window(Frame.FIN, 1));
        session.expectAlive();
        set("k", Bytes.ofUtf8("v"));
        session.expect(1, stored()).expectFinish(1);
    }

    @Test
    @DisplayName("transport row 109: RST gets no answer, frees the query, and leaves the others alone")
    void forgetsResetCalls() throws Exception {
        block(1);
        session.send(Frame.window(Frame.RST, 1));
        server.awaitCounter("rpc.queries_blocking", 0);
        session.open(3, Requests.PING).expect(3, Requests.OK);
        set("k", Bytes.ofUtf8("v"));
        session.expectAlive();
        assertEquals(0, session.stream(1).length());
    }

    @Test
    @DisplayName("transport row 110: the end of the connection ends its queries at once")
    void forgetsCallsOfAnEndedConnection() throws IOException {
        block(1);
        session.wire().finish();
        server.expectIdle();
    }

    @Test
    @DisplayName("transport row 112: unknown flags are ignored")
    void ignoresUnknownFlags() throws IOException {
        session.send(Frame.window(0xfff1, 1), data(1, Requests.PING)).expect(1, Requests.OK);
    }

    @Test
    @DisplayName("transport row 113: neither the cut of segments nor that of frames matters")
    void takesBytesOneByOne() throws IOException {
        for (byte b : Requests.join(Frame.window(Frame.SYN, 1).bytes(), data(1, Requests.PING).bytes())) {
            session.wire().send(new byte[] {b});
        }
        session.expect(1, Requests.OK).send(Frame.window(Frame.SYN, 3));
        for (byte b : Requests.PING) {
            session.send(data(3, new byte[] {b}));
        }
        session.expect(3, Requests.OK);
    }

    @Test
    @DisplayName("transport row 114: a request of more than half a window earns its credit back before the answer")
    void givesCreditBack() throws IOException {
        var header = Requests.header(1, "Status.Ping");
        var filler = Wire.hex("81a178db00030d1f"); // {"x": a text of 199967 bytes}
        var request = Requests.join(header, filler, new byte[0x30d1f]);
        session.send(Frame.window(Frame.SYN, 1));
        for (int at = 0; at < request.length; at += 50_000) {
            session.send(data(1, Arrays.copyOfRange(request, at, Math.min(request.length, at + 50_000))));
        }
        session.expect(1, Requests.OK);
        assertTrue(session.stream(1).credit() >= request.length / 2 && session.stream(1).credit() <= request.length,
                () -> "credit " + session.stream(1).credit() + " for " + request.length);
    }

    @Test
    @DisplayName("transport row 115: a reply goes exactly as far as the client's credit")
    void keepsWithinTheCredit() throws Exception {
        set("k", Bytes.of(new byte[300_000]));
        var expected = stored();
        session.open(1, get()).until(() -> session.stream(1).length() >= 262_144);
        session.expectAlive();
        assertEquals(262_144, session.stream(1).length());
        session.send(Frame.credit(0, 1, 1000)).until(() -> session.stream(1).length() >= 263_144);
        session.expectAlive();
        assertEquals(263_144, session.stream(1).length());
        session.send(Frame.credit(0, 1, 100_000)).expect(1, expected);
    }

    @Test
    @DisplayName("transport row 116: absurd credit does no harm")
    void toleratesAbsurdCredit() throws Exception {
        set("k", Bytes.of(new byte[300_000]));
        var expected = stored();
        session.open(1, Requests.PING).send(Frame.credit(0, 1, -1), Frame.credit(0, 1, -1));
        session.expect(1, Requests.OK).send(data(1, get())).expect(1, Requests.join(Requests.OK, expected));
    }

    @Test
    @DisplayName("transport row 117: an unknown method ends its stream, and the id can be used again")
    void endsTheStreamOfAnUnknownMethod() throws IOException {
        var error = Requests.refusal("rpc: can't find method Status.Nope", 1, "Status.Nope");
        session.open(1, Requests.named(1, "Status.Nope", "80")).expect(1, error).expectFinish(1);
        session.send(Frame.window(Frame.FIN, 1)).open(1, Requests.PING);
        session.expect(1, Requests.join(error, Requests.OK));
    }

    @Test
    @DisplayName("transport row 118: a stream that begins with 06 is finished, others are not")
    void finishesGossipStreams() throws IOException {
        session.open(3, Requests.PING).expect(3, Requests.OK);
        session.open(1, new byte[] {6}).expectFinish(1);
        assertEquals(0, session.stream(1).length());
        session.send(data(3, Requests.PING)).expect(3, Requests.join(Requests.OK, Requests.OK));
    }

    @Test
    @DisplayName("transport row 119, deviation: a server that stops says go away before it ends the connection")
    void saysGoAwayWhenItStops() throws IOException {
        session.open(1, Requests.PING).expect(1, Requests.OK);
        server.running().close();
        assertEquals("GoAway/0/0", session.next().toString());
        session.wire().readToEnd();
    }
}
