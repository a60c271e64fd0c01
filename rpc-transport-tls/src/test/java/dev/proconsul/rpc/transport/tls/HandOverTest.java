package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The door for libraries that accept sockets, and connections in the form of sockets.
class HandOverTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void whatIsOfferedIsAcceptedInOrder() throws Exception {
        try (var door = new HandOver(ADDRESS, 2); var server = door.sockets().createServerSocket(0);
                var first = new Socket(); var second = new Socket()) {
            assertEquals(ADDRESS, server.getLocalSocketAddress());
            assertTrue(door.offer(first, PATIENCE));
            assertTrue(door.offer(second, PATIENCE));
            assertSame(first, server.accept());
            assertSame(second, server.accept());
        }
    }

    @Test
    void aFullQueueRefusesInTime() throws Exception {
        try (var door = new HandOver(ADDRESS, 1); var server = door.sockets().createServerSocket();
                var first = new Socket(); var second = new Socket()) {
            assertTrue(door.offer(first, PATIENCE));
            assertFalse(door.offer(second, Duration.ofMillis(20)));
            assertFalse(second.isClosed(), "it is still the caller's");
            server.accept();
            assertTrue(door.offer(second, PATIENCE));
        }
    }

    @Test
    void closingEndsWhoAcceptsAndWhatWaits() throws Exception {
        var door = new HandOver(ADDRESS, 1);
        var server = door.sockets().createServerSocket();
        var accepting = CompletableFuture.supplyAsync(() -> assertThrows(SocketException.class, server::accept));
        server.close();
        accepting.get(10, TimeUnit.SECONDS);
        try (var late = new Socket()) {
            assertFalse(door.offer(late, PATIENCE));
        }

        var other = new HandOver(ADDRESS, 1);
        try (var waiting = new Socket()) {
            assertTrue(other.offer(waiting, PATIENCE));
            other.close();
            assertTrue(waiting.isClosed());
        }
        assertThrows(IllegalArgumentException.class, () -> new HandOver(ADDRESS, 0));
    }

    @Test
    void aConnectionServesAsASocket() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = Listener.bind(anyPort); var peer = new Socket()) {
            peer.connect(listener.address());
            try (var accepted = listener.accept()) {
                var socket = new ConnectionSocket(accepted, ADDRESS);
                assertEquals(accepted.peer(), socket.getRemoteSocketAddress());
                assertEquals(peer.getLocalPort(), socket.getPort());
                assertEquals(ADDRESS, socket.getLocalSocketAddress());
                assertTrue(socket.isConnected() && socket.isBound() && socket.getTcpNoDelay());

                socket.setSoTimeout(20);
                assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
                socket.setSoTimeout(0);
                peer.getOutputStream().write(7);
                assertEquals(7, socket.getInputStream().read());

                socket.getOutputStream().write(8);
                socket.shutdownOutput();
                assertEquals(8, peer.getInputStream().read());
                assertEquals(-1, peer.getInputStream().read());
                assertTrue(socket.isOutputShutdown());
                socket.close();
                socket.close();
                assertTrue(socket.isClosed());
                assertThrows(IOException.class, socket::getInputStream);
            }
        }
    }

    @Test
    void closingTheOutputTellsThePeerFirst() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = Listener.bind(anyPort); var peer = new Socket()) {
            peer.connect(listener.address());
            try (var accepted = listener.accept(); var socket = new ConnectionSocket(accepted, ADDRESS)) {
                socket.getOutputStream().write(9);
                socket.getOutputStream().close();
                assertEquals(9, peer.getInputStream().read());
                assertEquals(-1, peer.getInputStream().read());
                assertTrue(socket.isClosed());
            }
        }
    }
}
