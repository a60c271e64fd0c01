package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DialTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    @DisplayName("transport row 142: the first byte is the type byte")
    void theFirstByteIsTheTypeByte() throws IOException {
        try (var server = Listener.bind(new InetSocketAddress(LOOPBACK, 0));
                var client = new TcpDialer().dial(server.address(), Protocol.MULTIPLEX, TIMEOUT);
                var accepted = server.accept()) {
            assertEquals(4, accepted.peek());
            assertEquals(server.address(), client.peer());
        }
    }

    @Test
    void aNameIsLookedUpWhenDialing() throws IOException {
        try (var server = Listener.bind(new InetSocketAddress("127.0.0.1", 0));
                var client = new TcpDialer().dial(
                        InetSocketAddress.createUnresolved("localhost", server.address().getPort()), Protocol.RPC,
                        TIMEOUT)) {
            assertEquals(server.address().getPort(), ((InetSocketAddress) client.peer()).getPort());
        }
    }

    @Test
    void aClosedPortIsNamedWithTheReason() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 1, LOOPBACK)) {
            port = gone.getLocalPort();
        }
        var nobody = new InetSocketAddress("127.0.0.1", port);

        var e = assertThrows(ConnectException.class, () -> new TcpDialer().dial(nobody, Protocol.RPC, TIMEOUT));

        assertEquals("cannot connect to 127.0.0.1:" + port + ": Connection refused", e.getMessage());
    }

    @Test
    void aNameThatDoesNotResolveIsNamed() {
        var nowhere = InetSocketAddress.createUnresolved("no-such-host.invalid", 8300);

        var e = assertThrows(ConnectException.class, () -> new TcpDialer().dial(nowhere, Protocol.RPC, TIMEOUT));

        assertEquals("cannot connect to no-such-host.invalid:8300: the name does not resolve to an address",
                e.getMessage());
    }

    @Test
    void anIpv6AddressIsBracketed() throws IOException {
        var nobody = new InetSocketAddress("::1", 1);

        var e = assertThrows(ConnectException.class, () -> new TcpDialer().dial(nobody, Protocol.RPC, TIMEOUT));

        assertTrue(String.valueOf(e.getMessage()).contains("]:1: "), e.getMessage());
    }

    @Test
    void aProtocolWithoutATypeByteCannotBeDialed() {
        var anywhere = new InetSocketAddress(LOOPBACK, 1);

        assertThrows(IllegalArgumentException.class,
                () -> new TcpDialer().dial(anywhere, Protocol.WAN_GOSSIP_PACKET, TIMEOUT));
    }

    @Test
    void anInterruptedDialSaysSo() throws Exception {
        try (var server = Listener.bind(new InetSocketAddress(LOOPBACK, 0))) {
            var dialing = new FutureTask<>(() -> {
                Thread.currentThread().interrupt();
                return assertThrows(
                        InterruptedIOException.class, () ->
                        new TcpDialer().dial(server.address(), Protocol.RPC, TIMEOUT));
            });
            Thread.startVirtualThread(dialing);

            assertInstanceOf(InterruptedIOException.class, dialing.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aPortInUseIsNamedWithTheReason() throws IOException {
        try (var first = Listener.bind(new InetSocketAddress("127.0.0.1", 0))) {
            var e = assertThrows(IOException.class, () -> Listener.bind(first.address()));

            assertEquals("cannot listen on 127.0.0.1:" + first.address().getPort() + ": Address already in use",
                    e.getMessage());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamedWithTheReason() {
        var e = assertThrows(IOException.class, () -> Listener.bind(new InetSocketAddress("192.0.2.1", 8300)));

        assertEquals("cannot listen on 192.0.2.1:8300: Cannot assign requested address", e.getMessage());
    }

    @Test
    void aNameToListenOnThatDoesNotResolveIsNamed() {
        var e = assertThrows(IOException.class,
                () -> Listener.bind(InetSocketAddress.createUnresolved("no-such-host.invalid", 0)));

        assertEquals("cannot listen on no-such-host.invalid:0: the name does not resolve to an address",
                e.getMessage());
    }

    @Test
    void closingEndsAWaitingAccept() throws Exception {
        var server = Listener.bind(new InetSocketAddress(LOOPBACK, 0));
        var accepting = new FutureTask<>(() -> assertThrows(ClosedChannelException.class, server::accept));
        Thread.startVirtualThread(accepting);

        server.close();

        accepting.get(10, TimeUnit.SECONDS);
    }
}
