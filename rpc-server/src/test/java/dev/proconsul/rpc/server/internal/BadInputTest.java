package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Input that no client of ours would send: the server ends that connection and goes on.
class BadInputTest {
    private static final long SEED = 20_261_124;
    private static final int CONNECTIONS = 300;

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

    @Test
    @DisplayName("Random bytes, with and without a type byte, end every time")
    void survivesRandomBytes() throws IOException {
        var random = new Random(SEED);
        for (int i = 0; i < CONNECTIONS; i++) {
            var bytes = new byte[1 + random.nextInt(400)];
            random.nextBytes(bytes);
            if (i % 3 > 0) {
                bytes[0] = (byte) (i % 3 == 1 ? 0 : 4);
            }
            try (var wire = server.connect()) {
                wire.sendUntilRefused(bytes);
                finish(wire);
                wire.readToEnd();
            }
        }
        server.expectIdle();
        server.expectAlive();
        assertEquals(CONNECTIONS + 1L, server.counter("rpc.accept_conn"));
        assertTrue(server.counter("rpc.refused.unknown_byte") > CONNECTIONS / 5);
        assertTrue(server.counter("rpc.request_error") > CONNECTIONS / 5);
    }

    private static void finish(Wire wire) {
        try {
            wire.finish();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    @Test
    @DisplayName("A byte 0 connection may be cut at every place: whole requests before the cut are answered")
    void survivesEveryCut() throws IOException {
        var talk = Requests.join(Wire.hex("00"), Requests.ping(1),
                Requests.of(2, KVS.GET, KeyRequest.ZERO.withKey("k")));
        int first = 1 + Requests.ping(1).length;
        for (int cut = 0; cut < talk.length; cut++) {
            try (var wire = server.connect()) {
                var answers = wire.send(Arrays.copyOf(talk, cut)).finish().readToEnd();
                byte[] begin = cut < first - 1 ? new byte[0] : Requests.pong(1);
                if (cut >= first) {
                    assertArrayEquals(begin, Arrays.copyOf(answers, begin.length), "cut at " + cut);
                }
                int seq = cut < first ? 1 : 2; // a request without its whole body is answered with an error
                assertTrue(answers.length == begin.length || new String(answers, StandardCharsets.ISO_8859_1)
                        .contains("EOF\u00a3Seq" + (char) seq), "cut at " + cut + ": " + Wire.HEX.formatHex(answers));
            }
        }
        server.expectIdle();
        server.expectAlive();
    }

    @Test
    @DisplayName("A byte 4 connection may be cut at every place, and leaves nothing behind")
    void survivesEveryCutOfASession() throws IOException {
        var talk = Requests.join(Wire.hex("04"), Frame.window(Frame.SYN, 1).bytes(),
                Frame.data(0, 1, Requests.PING).bytes(),
                Frame.data(Frame.SYN | Frame.FIN, 3, Requests.PING).bytes(), Frame.ping(Frame.SYN, 0, 1).bytes(),
                Frame.window(Frame.FIN, 1).bytes(), Frame.goAway(0).bytes());
        for (int cut = 0; cut < talk.length; cut++) {
            try (var wire = server.connect()) {
                wire.send(Arrays.copyOf(talk, cut)).finish().readToEnd();
            }
        }
        server.expectIdle();
        server.expectAlive();
    }

    @TestFactory
    @DisplayName("Announced lengths of 2^32-1 are refused without being believed")
    Stream<DynamicTest> refusesAbsurdLengths() {
        var key = Wire.HEX.formatHex(Requests.text("Key"));
        return Stream.of(
                "dbffffffff", "ddffffffff", "dfffffffff", "c6ffffffff",
                "81" + key + "dbffffffff", "81" + key + "c6ffffffff", "81" + key + "ddffffffff",
                "81" + Wire.HEX.formatHex(Requests.text("Unknown")) + "dfffffffff",
                "81" + Wire.HEX.formatHex(Requests.text("Unknown")) + "ddffffffff",
                "81" + Wire.HEX.formatHex(Requests.text("Unknown")) + "dbffffffff")
                .map(body -> DynamicTest.dynamicTest(body, () -> {
                    for (var method : new String[] {"KVS.Get", "Status.Nope"}) {
                        try (var wire = server().connect()) {
                            wire.send(Wire.hex("00"), Requests.named(1, method, body)).finish();
                            assertTrue(wire.readToEnd().length > 0, "an error answer");
                        }
                        try (var wire = server().connect()) {
                            wire.send(Wire.hex("00"), Wire.hex(body)).finish();
                            assertEquals(0, wire.readToEnd().length, "as a header");
                        }
                    }
                    server().expectAlive();
                }));
    }

    private TestServer server() {
        return server;
    }

    @TestFactory
    @DisplayName("yamux lengths of 2^32-1: data ends the session, anything else does no harm")
    Stream<DynamicTest> refusesAbsurdFrames() {
        return Stream.of("0000000100000001ffffffff", "0000000000000005ffffffff", "0001000100000001ffffffff",
                "0002000100000000ffffffff")
                .map(frame -> DynamicTest.dynamicTest(frame, () -> {
                    try (var wire = server().connect()) {
                        wire.send("04").send(frame).finish();
                        wire.readToEnd();
                    }
                    server().expectAlive();
                }));
    }

    @Test
    @DisplayName("1 MiB of nested lists, known method or not, is an error and no stack overflow")
    void refusesDeepNesting() throws IOException {
        for (var nest : new byte[] {(byte) 0x91, (byte) 0x81}) {
            var nested = new byte[1 << 20];
            Arrays.fill(nested, nest);
            for (var head : new byte[][] {
                Requests.named(1, "KVS.Get", "81" + Wire.HEX.formatHex(Requests.text("Unknown"))),
                Requests.header(1, "Status.Ping"), Requests.header(1, "Status.Nope")}) {
                try (var wire = server.connect()) {
                    wire.sendUntilRefused(Requests.join(Wire.hex("00"), head, nested));
                    finish(wire);
                    wire.readToEnd();
                }
            }
        }
        server.awaitCounter("rpc.request_error", 6);
        server.expectAlive();
    }

    @Test
    @DisplayName("A header that never ends is refused at 8 KiB")
    void refusesEndlessHeaders() throws IOException {
        var long1 = Requests.join(Wire.hex("82a353657101ad536572766963654d6574686f64db00100000"), new byte[1 << 20]);
        try (var wire = server.connect()) {
            wire.send("00");
            wire.sendUntilRefused(long1);
            assertEquals(0, wire.readToEnd().length);
        }
        server.awaitCounter("rpc.request_error", 1);
        server.expectAlive();
    }

    @Test
    @DisplayName("A connection that is reset in the middle of a call leaves nothing behind")
    void survivesResets() throws IOException {
        for (int i = 0; i < 50; i++) {
            server.connect().send(Wire.hex("00"), Requests.header(1, "KVS.Get")).reset();
        }
        server.expectIdle();
        server.expectAlive();
    }

    @Test
    @DisplayName("A client that asks and never reads stops the server's writing, not the server, and ends with "
            + "its socket")
    void survivesClientsThatDoNotRead() throws Exception {
        var entry = DirEntry.ZERO.withKey("big").withValue(Bytes.of(new byte[512 << 10]));
        server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(entry));
        int asked = 100; // 50 MiB of answers: more than the buffers of both sockets
        var wire = server.connect().send("00");
        for (int i = 0; i < asked; i++) {
            wire.send(Requests.of(i, KVS.GET, KeyRequest.ZERO.withKey("big")));
        }
        Conditions.await(() -> server.counter("rpc.request") > 0, () -> "no answer written");
        server.expectAlive();
        wire.reset();
        server.expectIdle();
        assertTrue(server.counter("rpc.request") < asked, "not everything was answered");
    }

    @Test
    @DisplayName("transport row 82, with RST: a blocking query on byte 0 ends at once, and the connection with it")
    void endsBlockedQueriesOfResetConnections() throws Exception {
        var options = QueryOptions.ZERO.withMinQueryIndex(1).withMaxQueryTime(Wire.PATIENCE);
        var wire = server.connect().send(Wire.hex("00"),
                Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("k").withQueryOptions(options)));
        server.awaitCounter("rpc.queries_blocking", 1);
        wire.reset();
        server.awaitCounter("rpc.queries_blocking", 0);
        server.expectIdle();
    }
}
