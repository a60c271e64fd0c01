package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Through the front door only, over TCP.
@ExtendWith(Leaks.class)
@Timeout(120)
class LoopbackTest {
    @Test
    @DisplayName("T05: interrupting an application thread harms neither connection nor session")
    void survivesInterruptsOfItsCallers() throws Exception {
        byte[] message = new byte[200_000];
        message[199_999] = 7;
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (Session client = Session.client(SocketChannel.open(listener.getLocalAddress()), SessionConfig.DEFAULT);
                    Session server = Session.server(listener.accept(), SessionConfig.DEFAULT);
                    Stream one = client.open();
                    Stream other = server.accept()) {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedIOException.class, () -> one.output().write(1));
                assertTrue(Thread.interrupted());

                one.output().write(message);
                one.finishWriting();
                assertArrayEquals(message, other.input().readAllBytes());
                assertTrue(client.ping().compareTo(Duration.ofSeconds(5)) < 0);
                other.finishWriting();
                assertTrue(server.drain(Duration.ofSeconds(5)));
                assertEquals(0, server.openStreams());
            }
        }
    }
}
