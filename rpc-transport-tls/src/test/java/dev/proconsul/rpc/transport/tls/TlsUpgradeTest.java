package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our server side against our client side.
class TlsUpgradeTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private Port port;

    @BeforeEach
    void listen() throws IOException {
        port = new Port();
    }

    @AfterEach
    void close() throws IOException {
        port.close();
    }

    private static TlsUpgrade upgrade(TlsConfig config) {
        return new TlsUpgrade(Certificates.load(config), SOON, 10, TlsObserver.NONE);
    }

    private interface Secure {
        Connection apply(TlsUpgrade upgrade, Connection clear) throws IOException;
    }

    /// Echoes what comes until the peer has finished.
    private Connection echo(TlsConfig config, Secure way, int outerBytes) throws IOException {
        var connection = port.accept();
        connection.input().skipNBytes(outerBytes);
        var secure = way.apply(upgrade(config), connection);
        try (secure) {
            secure.input().transferTo(secure.output());
            return secure;
        }
    }

    private static Connection pastInnerByte(TlsUpgrade upgrade, Connection clear) throws IOException {
        var secure = upgrade.rpc(clear);
        assertEquals(0, secure.peek());
        secure.input().skipNBytes(1);
        return secure;
    }

    private static void sendAndReceive(Connection client, int size) throws Exception {
        var bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        var sent = Port.beside(() -> {
            client.output().write(bytes);
            client.finishWriting();
            return bytes;
        });
        assertArrayEquals(bytes, client.input().readAllBytes());
        sent.get();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void typeByteThree(TlsVersion version) throws Exception {
        var only12 = version == TlsVersion.TLS_1_2;
        var server = Port.beside(() -> echo(Certificates.of("dc1-server").withVerification(true, true, true)
                .withProtocol(version, List.of()), TlsUpgradeTest::pastInnerByte, 1));
        var dialer = TlsDialer.toServersOf(Certificates.load(
                Certificates.of("dc1-client").withVerification(false, true, true)), "dc1");
        try (var client = dialer.dial(port.address(), Protocol.RPC, SOON)) {
            sendAndReceive(client, 1_000_000);
            assertEquals(List.of("server.dc1.consul"), List.of(subject(client)));
        }
        var identity = Port.outcome(server).tls().orElseThrow();
        assertTrue(only12 || identity.version().equals("TLSv1.3"));
        assertEquals(Optional.of("server.dc1.consul"), identity.serverName());
        assertEquals(Optional.empty(), identity.alpn());
        assertEquals("CN=client.dc1.consul", identity.certificates().getFirst().getSubjectX500Principal().getName());
    }

    private static String subject(Connection client) {
        return client.tls().orElseThrow().certificates().getFirst().getSubjectX500Principal().getName().substring(3);
    }

    @Test
    void typeByteSevenAsksForNoCertificate() throws Exception {
        var server = Port.beside(() -> echo(Certificates.of("dc1-server").withVerification(true, true, true),
                TlsUpgrade::insecure, 1));
        var dialer = TlsDialer.toName(Certificates.load(Certificates.anonymous()), "server.dc1.consul");
        try (var client = dialer.dial(port.address(), Protocol.TLS_INSECURE, SOON)) {
            sendAndReceive(client, 10);
        }
        assertEquals(List.of(), Port.outcome(server).tls().orElseThrow().certificates());
    }

    @Test
    void nativeTlsAgreesOnTheName() throws Exception {
        var server = Port.beside(() -> echo(Certificates.of("dc1-server"), TlsUpgrade::nativeTls, 0));
        var dialer = TlsDialer.toServersOf(Certificates.load(
                Certificates.of("dc1-client").withVerification(false, true, false)), "dc1")
                .announcing(TlsDialer.Announce.BY_ALPN);
        try (var client = dialer.dial(port.address(), Protocol.MULTIPLEX, SOON)) {
            sendAndReceive(client, 100_000);
        }
        assertEquals(Optional.of("consul/rpc-multi"), Port.outcome(server).tls().orElseThrow().alpn());
    }

    @Test
    void wrongNameIsNamed() throws Exception {
        Port.beside(() -> echo(Certificates.of("dc2-server"), TlsUpgrade::rpc, 1));
        var dialer = TlsDialer.toServersOf(Certificates.load(
                Certificates.of("dc1-client").withVerification(false, true, true)), "dc1");
        var failure = assertThrows(IOException.class, () -> dialer.dial(port.address(), Protocol.RPC, SOON));
        assertTrue(failure.getMessage().contains("certificate is valid for server.dc2.consul, localhost, 127.0.0.1, "
                + "not server.dc1.consul"), failure.getMessage());
    }
}
