package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that break the rules of TLS, or stretch them.
class HostilePeerTest {
    private static final Duration SHORT = Duration.ofMillis(400);

    private static TlsConfigurator server() {
        return Certificates.load(Certificates.of("dc1-server"));
    }

    /// What the peer gets to read, up to the end; a reset is an end.
    private static int bytesUntilEnd(Socket peer) throws IOException {
        int count = 0;
        try {
            while (peer.getInputStream().read() >= 0) {
                count++;
            }
        } catch (SocketException e) {
            // reset
        }
        return count;
    }

    private static void expectServed(EchoServer server) throws IOException {
        var dialer = TlsDialer.toName(Certificates.load(Certificates.of("dc1-client")), "server.dc1.consul");
        try (var client = dialer.dial(server.address(), Protocol.RPC, EchoServer.PATIENCE)) {
            client.output().write("good".getBytes(StandardCharsets.US_ASCII));
            assertEquals("good", new String(client.input().readNBytes(4), StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0003GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\u0007\u0000\u0000\u0000\u0000\u0000"})
    @DisplayName("transport rows 8, 28: what is no TLS is closed at once, without an alert")
    void whatIsNoTlsGetsNoAlert(String text) throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                var peer = JdkPeer.raw(server.address())) {
            peer.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));

            assertEquals(0, bytesUntilEnd(peer));
            assertEquals("first record does not look like a TLS handshake", EchoServer.next(server.failures));
            expectServed(server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, -1})
    @DisplayName("transport rows 7, 25 and the deviation at 38: a handshake that comes byte by byte has one deadline as a whole")
    void dripsHaveADeadline(int typeByte) throws Exception {
        try (var server = new EchoServer(server(), SHORT, 10); var peer = JdkPeer.raw(server.address())) {
            var hello = JdkPeer.clientHello();
            if (typeByte >= 0) {
                peer.getOutputStream().write(typeByte);
            }
            var over = new CountDownLatch(1);
            var drip = Port.beside(() -> {
                for (int i = 0; i < hello.length && !over.await(100, TimeUnit.MILLISECONDS); i++) {
                    peer.getOutputStream().write(hello[i]);
                }
                return null;
            });

            assertEquals(0, bytesUntilEnd(peer));
            assertEquals("Read timed out", EchoServer.next(server.failures));
            over.countDown();
            drip.cancel(true);
            expectServed(server);
        }
    }

    @Test
    void silenceAfterTheTypeByteTakesNoPlaceAndEndsInTime() throws Exception {
        try (var server = new EchoServer(server(), SHORT, 1); var peer = JdkPeer.raw(server.address())) {
            peer.getOutputStream().write(3);

            expectServed(server);
            assertEquals(0, bytesUntilEnd(peer));
            assertEquals(0, server.evicted.get());
        }
    }

    @Test
    void atTheLimitOfHalfOpenHandshakesTheOldestGivesWay() throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 2);
                var oldest = halfOpen(server, 1); var second = halfOpen(server, 2)) {
            assertEquals(0, server.evicted.get());
            try (var third = halfOpen(server, 2)) {
                assertTrue(third.isConnected());
                assertTrue(bytesUntilEnd(oldest) >= 0, "its connection has ended");
                assertEquals(1, server.evicted.get());
                expectServed(server); // gets its place from the second
                assertEquals(2, server.evicted.get());
                assertEquals(1, server.upgrade.halfOpen());
                assertTrue(bytesUntilEnd(second) >= 0);
            }
        }
    }

    /// Says hello, waits for the answer, and then says nothing more.
    private static Socket halfOpen(EchoServer server, int halfOpen) throws Exception {
        var peer = JdkPeer.raw(server.address());
        peer.getOutputStream().write(3);
        peer.getOutputStream().write(JdkPeer.clientHello());
        assertEquals(22, peer.getInputStream().read(), "a ServerHello");
        assertEquals(halfOpen, server.upgrade.halfOpen());
        return peer;
    }

    @Test
    void aRecordThatIsTooLongIsRefused() throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                var peer = JdkPeer.raw(server.address())) {
            peer.getOutputStream().write(new byte[] {3, 22, 3, 1, (byte) 0xff, (byte) 0xff, 1});

            assertEquals(0, bytesUntilEnd(peer));
            assertEquals("oversized record received with length 65535", EchoServer.next(server.failures));
        }
    }

    @Test
    void aClientHelloWithoutEndIsRefused() throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                var peer = JdkPeer.raw(server.address())) {
            var out = peer.getOutputStream();
            out.write(3);
            var record = new byte[5 + 16_384];
            record[0] = 22;
            record[1] = 3;
            record[2] = 1;
            record[3] = 0x40;
            record[5] = 1; // a ClientHello of 16 MiB
            record[6] = (byte) 0xff;
            record[7] = (byte) 0xff;
            record[8] = (byte) 0xff;
            var flood = Port.beside(() -> {
                for (int i = 0; i < 1000; i++) {
                    out.write(record);
                    record[5] = 0;
                }
                return null;
            });

            EchoServer.next(server.failures);
            bytesUntilEnd(peer);
            flood.cancel(true);
            assertEquals(0, server.upgrade.halfOpen());
            expectServed(server);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void garbageInTheHandshakeEndsIt(long seed) throws Exception {
        var random = new Random(seed);
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10)) {
            for (int round = 0; round < 30; round++) {
                try (var peer = JdkPeer.raw(server.address())) {
                    var hello = JdkPeer.clientHello();
                    for (int i = 0; i < 4; i++) {
                        hello[5 + random.nextInt(hello.length - 5)] = (byte) random.nextInt();
                    }
                    peer.getOutputStream().write(3);
                    peer.getOutputStream().write(hello);
                    peer.shutdownOutput();
                    bytesUntilEnd(peer);
                    EchoServer.next(server.failures);
                }
            }
            assertEquals(0, server.upgrade.halfOpen(), () -> "seed " + seed);
            expectServed(server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 6, 100})
    void whoLeavesEarlyLeavesNothingBehind(int bytes) throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10)) {
            try (var peer = JdkPeer.raw(server.address())) {
                peer.getOutputStream().write(3);
                peer.getOutputStream().write(JdkPeer.clientHello(), 0, bytes);
            }
            EchoServer.next(server.failures);
            assertEquals(0, server.upgrade.halfOpen());
        }
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                var peer = JdkPeer.connect(server.address(), "TLSv1.2")) {
            peer.getOutputStream().write(0);
            peer.startHandshake();

            assertThrows(IOException.class, () -> {
                peer.getOutputStream().write(1);
                if (peer.getInputStream().read() < 0) {
                    throw new IOException("ended");
                }
            });
            assertTrue(EchoServer.next(server.ends).contains("TLS renegotiation is refused"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whoFinishesWritingStillGetsTheAnswer(String version) throws Exception {
        var size = 2_000_000; // more than any buffer between: most of it is written after the peer has finished
        try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                var listener = new Port()) {
            var large = new byte[size];
            new Random(3).nextBytes(large);
            var answer = Port.beside(() -> {
                try (var clear = listener.accept()) {
                    clear.input().skipNBytes(1);
                    try (var secure = server.upgrade.rpc(clear)) {
                        int heard = secure.input().readAllBytes().length;
                        secure.output().write(large);
                        return heard;
                    }
                }
            });
            var dialed = version.equals("TLSv1.2") ? jdkHalfClose(listener, large) : ourHalfClose(listener, large);
            assertEquals(dialed, Port.outcome(answer));
        }
    }

    /// The JDK's own socket closes both directions of TLS 1.2 at once, so the close_notify is sent by an engine.
    private static int jdkHalfClose(Port port, byte[] expected) throws Exception {
        try (var client = new EngineClient(port.address(), "TLSv1.2")) {
            client.write(new byte[] {0, 1, 2});
            client.finishWriting();
            assertArrayEquals(expected, client.readAll());
        }
        return 3;
    }

    private static int ourHalfClose(Port port, byte[] expected) throws Exception {
        var dialer = TlsDialer.toName(Certificates.load(Certificates.of("dc1-client")), "server.dc1.consul");
        try (var client = dialer.dial(port.address(), Protocol.RPC, EchoServer.PATIENCE)) {
            client.output().write(new byte[] {1, 2});
            client.finishWriting();
            assertArrayEquals(expected, client.input().readAllBytes());
        }
        return 3;
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void anySplitOfWhatComesIsTheSame(long seed) throws Exception {
        for (var protocol : new Protocol[] {Protocol.RPC, Protocol.TLS_INSECURE}) {
            for (int longest : new int[] {1, 7, 300}) {
                try (var server = new EchoServer(server(), EchoServer.PATIENCE, 10);
                        var relay = Relay.cutting(server.address(), seed, longest)) {
                    var dialer = TlsDialer.toName(Certificates.load(Certificates.of("dc1-client")), "server.dc1.consul");
                    try (var client = dialer.dial(relay.address(), protocol, EchoServer.PATIENCE)) {
                        var bytes = new byte[longest == 1 ? 2_000 : 40_000];
                        new Random(seed).nextBytes(bytes);
                        client.output().write(bytes);
                        assertArrayEquals(bytes,
                                client.input().readNBytes(bytes.length), "seed " + seed);
                    }
                }
            }
        }
    }
}
