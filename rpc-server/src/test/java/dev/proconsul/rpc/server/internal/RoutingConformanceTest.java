package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What the first byte of a connection leads to, on a server without certificates: the routing rows of the transport
/// chapter for set-up P, and the recordings of a real server's port.
class RoutingConformanceTest {
    private static final Duration SHORT = Duration.ofMillis(80);
    /// A TLS 1.2 record with the beginning of a ClientHello that names nobody.
    private static final String CLIENT_HELLO = "160301002f 0100002b 0303" + "00".repeat(32) + "00 0004 1301c02f 0100";

    /// Recorded behaviour that this server does not have (yet).
    private static final Map<String, Deviation> DEVIATIONS = Map.of(
            "mux-bad-version", new Deviation("a go away with code 1 before the end: allowed, and Go means to do "
                    + "it in like cases",
                    "000300000000000000000001", "closed"));

    private record Deviation(String reason, String received, String after) {}

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @TestFactory
    @DisplayName("First bytes, as recorded")
    Stream<DynamicTest> firstBytes() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(
                getClass().getResourceAsStream("/conformance/first_byte.jsonl"), StandardCharsets.UTF_8)).lines()
                        .toList();
        assertEquals(16, lines.size());
        return lines.stream().map(line -> new Gson().fromJson(line, JsonObject.class)).map(record -> {
            var id = record.get("id").getAsString();
            return DynamicTest.dynamicTest(id, () -> firstBytes(id.substring(id.lastIndexOf('/') + 1), record));
        });
    }

    private static void firstBytes(String name, JsonObject record) throws IOException {
        var deviation = DEVIATIONS.get(name);
        var received = deviation == null ? record.get("received_hex").getAsString() : deviation.received();
        var after = deviation == null ? record.get("connection_after").getAsString() : deviation.after();
        try (var server = TestServer.start(); var wire = server.connect()) {
            wire.send(record.get("sent_hex").getAsString());
            wire.expect(received);
            if (after.equals("open")) {
                wire.expectSilence();
            } else {
                wire.expectEnd();
            }
            server.expectAlive();
        }
    }

    @Test
    @DisplayName("transport row 1, L11: silence is ended at the handshake timeout, and not before")
    void endsSilence() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(SHORT))) {
            long begin = System.nanoTime();
            try (var wire = server.connect()) {
                wire.expectEnd();
            }
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
            server.awaitCounter("rpc.refused.no_first_byte", 1);
        }
    }

    @Test
    @DisplayName("transport row 2: FIN without a byte is an end like any other")
    void endsWithoutAByte() throws IOException {
        try (var server = TestServer.start(); var wire = server.connect()) {
            wire.finish().expectEnd();
            server.expectIdle();
            assertEquals(0, server.counter("rpc.refused.no_first_byte"), "nothing to be logged");
        }
    }

    @Test
    @DisplayName("transport rows 3, 4: a byte 0 connection is answered, and has no idle limit")
    void staysOpenAfterTheFirstByte() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(SHORT));
                var silent = server.connect(); var wire = server.connect()) {
            wire.send("00");
            silent.expectEnd(); // the timeout has passed
            wire.expectSilence();
            wire.send(Requests.PING).expect(Requests.OK).send(Requests.PING).expect(Requests.OK);
        }
    }

    @Test
    @DisplayName("transport row 4: nor has a byte 4 connection")
    void sessionsStayOpenAfterTheFirstByte() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(SHORT));
                var session = server.multiplexed(); var silent = server.connect()) {
            silent.expectEnd();
            session.send(Frame.window(Frame.SYN, 1)); // a stream without a byte has no deadline either
            session.expectAlive();
        }
    }

    @TestFactory
    @DisplayName("transport rows 5, 6, 9: a byte that selects nothing ends the connection at once")
    Stream<DynamicTest> closesOnUnknownBytes() {
        return IntStream.concat(IntStream.of(2, 6, 9),
                IntStream.range(10, 256).filter(b -> b % 7 == 3 || b == 0x16 || b == 0xff))
                .mapToObj(b -> DynamicTest.dynamicTest("byte %02x".formatted(b), () -> {
                    try (var server = TestServer.start(); var wire = server.connect()) {
                        wire.send(new byte[] {(byte) b}).expectEnd();
                        server.expectAlive();
                        assertEquals(1, server.counter("rpc.refused.unknown_byte")
                                + server.counter("rpc.refused.not_served"));
                    }
                }));
    }

    @Test
    @DisplayName("transport row 9: a ClientHello without byte 3 is the unknown byte 22")
    void closesOnNativeTls() throws IOException {
        try (var server = TestServer.start(); var wire = server.connect()) {
            wire.send(CLIENT_HELLO).expectEnd();
            assertEquals(1, server.counter("rpc.refused.unknown_byte"));
        }
    }

    @Test
    @DisplayName("transport row 12: it does not matter whether the first byte comes alone")
    void losesNoBytes() throws IOException {
        try (var server = TestServer.start(); var one = server.connect(); var two = server.connect()) {
            one.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
            two.send("00").expectSilence().send(Requests.PING).expect(Requests.OK);
        }
    }

    @Test
    @DisplayName("transport row 13 and byte 1: raft is for servers with peers")
    void refusesRaft() throws IOException {
        try (var server = TestServer.start()) {
            for (var first : new String[] {"01", "09"}) {
                try (var wire = server.connect()) {
                    wire.send(first).expectEnd();
                }
            }
            assertEquals(0, server.counter("rpc.entered.raft"));
        }
    }

    @Test
    @DisplayName("transport rows 15, 16: the limit of one address holds from both sides, and a place is given back")
    void limitsConnectionsOfAnAddress() throws IOException {
        try (var server = TestServer.start(config -> config.withMaxConnectionsPerClient(3))) {
            try (var a = server.connect(); var b = server.connect(); var c = server.connect()) {
                for (var admitted : new Wire[] {a, b, c}) {
                    admitted.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
                }
                try (var over = server.connect()) {
                    over.sendUntilRefused(Requests.join(Wire.hex("00"), Requests.PING));
                    over.expectEnd();
                }
                assertEquals(1, server.counter("rpc.reject_conn"));
                assertEquals(3, server.counter("rpc.accept_conn"), "the rejected one does not count as accepted");
                b.finish().expectEnd();
                server.awaitCounter("rpc.connections", 2);
                admitted(server);
                a.send(Requests.PING).expect(Requests.OK);
            }
        }
    }

    /// The count goes down before the place is free; the retry covers the moment between.
    private static void admitted(TestServer server) {
        Conditions.await(() -> {
            try (var next = server.connect()) {
                next.sendUntilRefused(Requests.join(Wire.hex("00"), Requests.PING));
                return (byte) next.input().read() == Requests.OK[0];
            } catch (IOException e) {
                return false;
            }
        }, () -> "no place after one was given back");
    }

    @Test
    @DisplayName("transport row 15: streams do not count, and no limit is no limit")
    void countsConnectionsOnly() throws IOException {
        try (var server = TestServer.start(config -> config.withMaxConnectionsPerClient(1));
                var session = server.multiplexed()) {
            for (int id = 1; id < 20; id += 2) {
                session.open(id, Requests.PING).expect(id, Requests.OK);
            }
        }
    }

    @Test
    @DisplayName("transport row 16: a handshake timeout of zero waits for ever")
    void mayHaveNoHandshakeTimeout() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(Duration.ZERO));
                var wire = server.connect()) {
            wire.expectSilence().send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
        }
    }

    @Test
    @DisplayName("transport rows 27, 28: byte 3 on a server without a certificate: the alert for a ClientHello, "
            + "the end for the rest")
    void refusesTls() throws IOException {
        try (var server = TestServer.start()) {
            for (var first : new String[] {"03", "07"}) {
                try (var wire = server.connect()) {
                    wire.send(Requests.join(Wire.hex(first), Wire.hex(CLIENT_HELLO))).expect("15030300020270")
                            .expectEnd();
                }
                try (var wire = server.connect()) {
                    wire.send(Wire.hex(first), Requests.PING).expectEnd();
                }
            }
            server.expectAlive();
        }
    }

    @Test
    @DisplayName("transport row 27, L11: half a ClientHello is not waited for longer than the handshake timeout")
    void waitsForAClientHelloInBounds() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(SHORT)); var wire = server.connect()) {
            wire.send("031603").expectEnd();
        }
    }
}
