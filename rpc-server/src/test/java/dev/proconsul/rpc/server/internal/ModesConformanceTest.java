package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows 1-16 of the transport chapter in all four modes: what enters in clear text, or with nothing at all.
class ModesConformanceTest {
    private static final Duration SHORT = Duration.ofMillis(120);
    private static final byte[] SOME_PING = Requests.PING;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private static TestServer start(Mode mode) throws IOException {
        return TestServer.start(mode::of);
    }

    private static TestServer start(Mode mode, Duration handshakeTimeout) throws IOException {
        return TestServer.start(config -> mode.of(config).withHandshakeTimeout(handshakeTimeout));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 1: silence ends at the handshake timeout, and not before")
    void endsSilence(Mode mode) throws IOException {
        try (var server = start(mode, SHORT)) {
            long begin = System.nanoTime();
            try (var wire = server.connect()) {
                wire.expectEnd();
            }
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
            server.awaitCounter("rpc.refused.no_first_byte", 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 2: FIN without a byte is an end like any other")
    void endsWithoutAByte(Mode mode) throws IOException {
        try (var server = start(mode); var wire = server.connect()) {
            wire.finish().expectEnd();
            server.expectIdle();
            assertEquals(0, server.counter("rpc.refused.no_first_byte"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 3, 4, 12: clear text where it is taken, in one segment and in two, and no idle limit")
    void takesClearText(Mode mode) throws IOException {
        try (var server = start(mode, SHORT); var one = server.connect(); var two = server.connect()) {
            if (!mode.takesClearText()) {
                return; // row 10
            }
            two.send("00");
            one.send(Wire.hex("00"), SOME_PING).expect(Requests.OK);
            try (var silent = server.connect()) {
                silent.expectEnd(); // the timeout has passed
            }
            two.expectSilence().send(SOME_PING).expect(Requests.OK);
            one.send(SOME_PING).expect(Requests.OK);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 5: bytes 2 and 6 in clear text are unknown, or clear text")
    void refusesUnknownBytes(Mode mode) throws IOException {
        for (var first : new String[] {"02", "06"}) {
            try (var server = start(mode); var wire = server.connect()) {
                wire.send(first).expectEnd();
                assertEquals(1, server.counter("rpc.refused."
                        + (mode.takesClearText() ? "not_served" : "clear_text")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 6, 7: bytes above 9 are unknown to a server without certificates, and TLS to others")
    void takesHighBytesForTls(Mode mode) throws IOException {
        for (var first : new String[] {"0a", "16", "47", "ff"}) {
            try (var server = start(mode, SHORT); var wire = server.connect()) {
                long begin = System.nanoTime();
                wire.send(first).expectEnd();
                if (mode.hasTls()) {
                    assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "the rest has its time");
                    server.awaitCounter("rpc.tls.failed", 1);
                } else {
                    assertEquals(1, server.counter("rpc.refused.unknown_byte"));
                }
                assertEquals(0, server.counter("rpc.refused.clear_text"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 8, 28: a web browser is sent away at once, without a byte, also behind byte 3")
    void sendsHttpAway(Mode mode) throws IOException {
        try (var server = start(mode)) {
            for (var before : new String[] {"", "03", "07"}) {
                try (var wire = server.connect()) {
                    wire.send(Wire.hex(before), "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes()).expectEnd();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport rows 10, 11: a verifying server takes nothing in clear text, whatever the byte")
    void refusesClearText(Mode mode) throws IOException {
        if (mode.takesClearText()) {
            return; // rows 3, 5, 13
        }
        try (var server = start(mode)) {
            int refused = 0;
            for (var first : new String[] {"00", "01", "02", "04", "05", "06", "08", "09"}) {
                try (var wire = server.connect()) {
                    wire.send(Wire.hex(first), SOME_PING).expectEnd();
                    assertEquals(++refused, server.counter("rpc.refused.clear_text"));
                }
            }
            assertEquals(0, Stream.of("unknown_byte", "not_served").mapToLong(k -> server.counter("rpc.refused." + k))
                    .sum());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 15: the limit of one address comes before everything else")
    void limitsConnections(Mode mode) throws IOException {
        try (var server = TestServer.start(config -> mode.of(config).withMaxConnectionsPerClient(2));
                var one = server.connect(); var two = server.connect(); var over = server.connect()) {
            server.awaitCounter("rpc.reject_conn", 1);
            over.sendUntilRefused(SOME_PING);
            over.expectEnd();
            one.expectSilence();
            two.expectSilence();
            assertEquals(2, server.counter("rpc.accept_conn"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("transport row 16: without a handshake timeout nobody is sent away for silence")
    void mayHaveNoTimeout(Mode mode) throws IOException {
        try (var server = start(mode, Duration.ZERO); var silent = server.connect(); var half = server.connect()) {
            half.send("0316");
            silent.expectSilence();
            half.expectSilence();
        }
    }
}
