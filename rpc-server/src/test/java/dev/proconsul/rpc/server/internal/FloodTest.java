package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KeyRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Many who say nothing, too little, too much or rubbish: memory and threads stay within bounds, and whoever behaves is
/// served meanwhile. How fast is measured by the benchmark `door-flood`.
class FloodTest {
    private static final long SEED = 20_261_126;
    private static final int MANY = 5000;
    private static final int PLACES = 4096;
    private static final long MEMORY = 96L << 20;
    private static final int PLATFORM_THREADS = 20;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(250);
    /// The first bytes of a record with a ClientHello.
    private static final String HALF_A_HELLO = "16030100c8010000c40303";

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    /// Connections that are closed together; as many as the limits of this process let be.
    private static final class Crowd implements AutoCloseable {
        private final List<Wire> wires = new ArrayList<>();

        Crowd of(int count, InetSocketAddress address, String saying) throws IOException {
            for (int i = 0; i < count; i++) {
                wires.add(connect(address));
                if (!saying.isEmpty()) {
                    wires.getLast().sendUntilRefused(Wire.hex(saying));
                }
            }
            return this;
        }

        private static Wire connect(InetSocketAddress address) throws IOException {
            try {
                return Wire.to(address);
            } catch (SocketException e) {
                if (String.valueOf(e.getMessage()).contains("Too many open files")) {
                    Assumptions.abort("this process may not have " + 2 * MANY + " open files");
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            for (var wire : wires) {
                wire.close();
            }
        }
    }

    /// What a process has, to be compared with what it has later.
    private record Usage(long memory, int platformThreads) {
        static Usage now() {
            System.gc();
            var runtime = Runtime.getRuntime();
            return new Usage(runtime.totalMemory() - runtime.freeMemory(),
                    Thread.getAllStackTraces().size());
        }

        void expectLittleMore() {
            var now = now();
            assertTrue(now.memory - memory < MEMORY, () -> (now.memory - memory >> 20) + " MiB more");
            assertTrue(now.platformThreads - platformThreads < PLATFORM_THREADS,
                    () -> now.platformThreads - platformThreads + " platform threads more");
        }
    }

    /// Calls on an old connection, and on new ones.
    private static void expectGoodService(Talk old, TestServer server) throws IOException {
        for (int i = 0; i < 50; i++) {
            old.call(KVS.GET, KeyRequest.ZERO.withKey("a"));
            server.expectAlive();
        }
    }

    @Test
    @DisplayName("5,000 silent connections where 4,096 may wait: the oldest give way, and everybody else is served")
    void survivesSilence() throws IOException {
        try (var server = TestServer.start(config -> config.withHandshakeTimeout(LONG)
                .withMaxHalfOpenHandshakes(PLACES / Lobby.PLACES_PER_HANDSHAKE)); var old = server.talk()) {
            var before = Usage.now();
            try (var _ = new Crowd().of(MANY, server.address(), "")) {
                server.awaitCounter("rpc.evicted", MANY - PLACES);
                assertEquals(PLACES, server.counter("rpc.connections_unknown"));
                expectGoodService(old, server);
                before.expectLittleMore();
                Conditions.await(() -> server.counter("rpc.connections") <= PLACES + 1,
                        () -> server.counter("rpc.connections") + " connections");
            }
            Conditions.await(() -> server.counter("rpc.connections") == 1, () -> "connections are left");
            assertEquals(0, server.counter("rpc.connections_unknown"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "03", "07"})
    @DisplayName("4,500 that begin a ClientHello and stop are like silent ones: 4,096 wait")
    void survivesHalfHellos(String before) throws IOException {
        try (var server = TestServer.start(config -> Mode.TLS_CAPABLE.of(config).withHandshakeTimeout(LONG)
                .withMaxHalfOpenHandshakes(PLACES / Lobby.PLACES_PER_HANDSHAKE));
                var old = server.talk()) {
            var usage = Usage.now();
            try (var _ = new Crowd().of(4500, server.address(), before + HALF_A_HELLO)) {
                server.awaitCounter("rpc.evicted", 4500 - PLACES);
                expectGoodService(old, server);
                expectTls(server);
                usage.expectLittleMore();
            }
            Conditions.await(() -> server.counter("rpc.connections") == 1, () -> "connections are left");
            assertEquals(0, server.counter("rpc.connections_unknown"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "03", "07"})
    @DisplayName("1,200 that let the server answer their ClientHello and stop: 1,000 handshakes are half open")
    void survivesHalfHandshakes(String before) throws IOException {
        var hello = Wire.HEX.formatHex(Hello.ofTheJdk());
        try (var server = TestServer.start(config -> Mode.TLS_CAPABLE.of(config).withHandshakeTimeout(LONG));
                var old = server.talk()) {
            var usage = Usage.now();
            try (var _ = new Crowd().of(1200, server.address(), before + hello)) {
                server.awaitCounter("rpc.tls.evicted", 200);
                assertEquals(1000, server.counter("rpc.tls.half_open"));
                expectGoodService(old, server);
                expectTls(server);
                usage.expectLittleMore();
            }
            Conditions.await(() -> server.counter("rpc.connections") == 1, () -> "connections are left");
            assertEquals(0, server.counter("rpc.tls.half_open"));
        }
    }

    private static void expectTls(TestServer server) throws IOException {
        try (var wire = TlsClient.CLIENT.after("03", server.address())) {
            wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
        }
    }

    @Test
    @DisplayName("one address has its limit, and one line in the log tells of thousands that were rejected")
    void limitsAnAddress() throws IOException {
        var lines = Collections.synchronizedList(new ArrayList<String>());
        try (var _ = LogCatcher.of("agent.server.rpc", lines);
                var server = TestServer.start(config -> config.withMaxConnectionsPerClient(100)
                        .withHandshakeTimeout(LONG));
                var old = server.talk(); var _ = new Crowd().of(3000, server.address(), "")) {
            server.awaitCounter("rpc.reject_conn", 2901);
            for (int i = 0; i < 50; i++) {
                old.call(KVS.GET, KeyRequest.ZERO.withKey("a"));
            }
            assertEquals(100, server.counter("rpc.connections"));
            var rejections = lines.stream().filter(line -> line.startsWith("rejecting RPC conn from because")).toList();
            assertEquals(1, rejections.size(), rejections::toString);
            assertTrue(rejections.getFirst().matches(".*exceeded: from=127\\.0\\.0\\.1:\\d+ limit=100"),
                    rejections::toString);
        }
    }

    /// Collects what is logged.
    private static final class LogCatcher extends Handler implements AutoCloseable {
        private final Logger logger;
        private final Level before;
        private final List<String> lines;

        private LogCatcher(Logger logger, List<String> lines) {
            this.logger = logger;
            this.before = logger.getLevel();
            this.lines = lines;
        }

        static LogCatcher of(String name, List<String> lines) {
            var catcher = new LogCatcher(Logger.getLogger(name), lines);
            catcher.logger.setLevel(Level.WARNING);
            catcher.logger.addHandler(catcher);
            return catcher;
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setLevel(before);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("a handshake that comes byte by byte is not given a byte's time for each byte")
    void endsSlowHandshakes(Mode mode) throws IOException {
        try (var server = TestServer.start(config -> mode.of(config).withHandshakeTimeout(SHORT))) {
            for (var first : new String[] {"", "03", "07"}) {
                try (var wire = server.connect()) {
                    long begin = System.nanoTime();
                    wire.send(first + "16030100c8");
                    int sent = 0;
                    while (!wire.endsInAWhile()) {
                        wire.sendUntilRefused(new byte[] {1});
                        sent++;
                        assertTrue(sent < 200, "still open after " + sent + " bytes");
                    }
                    assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
                }
            }
            assertEquals(0, server.counter("rpc.tls.half_open"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("rubbish behind each type byte ends every time")
    void survivesGarbage(Mode mode) throws IOException {
        var random = new Random(SEED);
        try (var server = TestServer.start(mode::of)) {
            for (int first = 0; first < 12; first++) {
                for (int i = 0; i < 20; i++) {
                    var bytes = new byte[1 + random.nextInt(300)];
                    random.nextBytes(bytes);
                    bytes[0] = (byte) first;
                    try (var wire = server.connect()) {
                        wire.sendUntilRefused(bytes);
                        finish(wire);
                        wire.readToEnd();
                    }
                }
            }
            server.expectIdle();
            assertEquals(240, server.counter("rpc.accept_conn"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "04", "05", "ff"})
    @DisplayName("rubbish inside TLS ends every time, too")
    void survivesGarbageInsideTls(String first) throws IOException {
        var random = new Random(SEED);
        try (var server = TestServer.start(Mode.VERIFY_SERVER_HOSTNAME::of)) {
            for (int i = 0; i < 10; i++) {
                var bytes = new byte[1 + random.nextInt(300)];
                random.nextBytes(bytes);
                try (var wire = TlsClient.SERVER.after("03", server.address())) {
                    wire.sendUntilRefused(Requests.join(Wire.hex(first), bytes));
                    finish(wire);
                    wire.readToEnd();
                }
            }
            server.expectIdle();
        }
    }

    private static void finish(Wire wire) {
        try {
            wire.finish();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "03", "07"})
    @DisplayName("a ClientHello of megabytes is not taken in")
    void refusesHugeHellos(String before) throws IOException {
        try (var server = TestServer.start(Mode.TLS_CAPABLE::of); var wire = server.connect()) {
            var record = Requests.join(Wire.hex("1603014000"), new byte[1 << 14]);
            var first = record.clone();
            System.arraycopy(Wire.hex("01fffffc0303"), 0, first, 5, 6); // 16 MiB are announced
            wire.sendUntilRefused(Requests.join(Wire.hex(before), first));
            for (int i = 0; i < 1000; i++) {
                wire.sendUntilRefused(record);
            }
            finish(wire);
            wire.readToEnd();
            server.awaitCounter("rpc.tls.failed", 1);
            server.expectIdle();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03", "07"})
    @DisplayName("a client of TLS 1.2 that wants to renegotiate is not obeyed, and that connection ends")
    void refusesRenegotiation(String before) throws IOException {
        try (var server = TestServer.start(Mode.TLS_CAPABLE::of)) {
            var socket = Wire.open(server.address());
            socket.getOutputStream().write(Wire.hex(before));
            try (var secure = TlsClient.CLIENT.speaking("TLSv1.2").over(socket)) {
                var ping = before.equals("03") ? Requests.join(Wire.hex("00"), Requests.PING) : Requests.PING;
                secure.getOutputStream().write(ping);
                assertEquals(0x83, secure.getInputStream().read());
                assertThrows(IOException.class, () -> {
                    for (int i = 0; i < 100; i++) {
                        secure.startHandshake();
                        secure.getOutputStream().write(Requests.PING);
                        secure.getInputStream().skipNBytes(Requests.OK.length - 1);
                    }
                });
            }
            server.expectIdle();
            server.expectAlive();
            assertEquals(1, server.counter("rpc.tls.handshakes"));
        }
    }

    @Test
    @DisplayName("a client may leave at every byte of a ClientHello, and after every flight")
    void survivesEarlyLeavers() throws IOException {
        var hello = Hello.ofTheJdk();
        try (var server = TestServer.start(Mode.VERIFY_INCOMING::of)) {
            for (var before : new String[] {"", "03", "07"}) {
                var all = Requests.join(Wire.hex(before), hello);
                for (int cut = 0; cut <= all.length; cut += cut < 12 ? 1 : 13) {
                    try (var wire = server.connect()) {
                        wire.send(Arrays.copyOf(all, cut));
                    }
                    server.connect().send(Arrays.copyOf(all, cut)).reset();
                }
                try (var wire = server.connect()) {
                    wire.send(all).read(1); // the server's flight has begun
                }
            }
            server.expectIdle();
            assertEquals(0, server.counter("rpc.tls.half_open"));
        }
    }
}
