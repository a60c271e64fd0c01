package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is not ready to read a socket: a process without room for a thread, and a socket that is closed early.
@Timeout(60)
class SelectLoopsTest {
    @Test
    @DisplayName("Loops are started when they are needed, and dealt out in turn")
    void dealsOut() throws Exception {
        List<SelectLoop> started = new ArrayList<>();
        SelectLoops loops = new SelectLoops(2, started::add);
        SelectLoop first = loops.next();
        assertEquals(1, started.size());
        SelectLoop second = loops.next();
        assertNotSame(first, second);
        assertSame(first, loops.next());
        assertEquals(2, started.size());
    }

    @Test
    @DisplayName("No room for a thread: the caller is told, the selector is given back, the next one tries again")
    void needsThreads() throws Exception {
        List<SelectLoop> started = new ArrayList<>();
        SelectLoops loops = new SelectLoops(1, loop -> {
            started.add(loop);
            if (started.size() == 1) {
                throw new OutOfMemoryError("made up by the test");
            }
        });
        IOException full = assertThrows(IOException.class, loops::next);
        assertTrue(full.getMessage().contains("made up by the test"), full.getMessage());
        assertThrows(RuntimeException.class, started.getFirst()::size, "its selector is closed");
        assertEquals(0, loops.size());

        SelectLoop second = loops.next();
        assertSame(started.getLast(), second);
    }

    private static SocketChannel peerOf(ServerSocketChannel listener) throws IOException {
        return SocketChannel.open(listener.getLocalAddress());
    }

    @Test
    @DisplayName("A socket that is closed after the session has taken it, and before it is read, ends the session")
    void isClosedEarly() throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel _ = peerOf(listener)) {
            SocketChannel client = listener.accept();
            Wire wire = new PolledWire(client, SelectLoops.SHARED.next());
            client.close();
            YamuxSession session = new YamuxSession(
                    Role.CLIENT, 1, wire, SessionConfig.DEFAULT, Ticker.SYSTEM, BufferPool.SHARED);
            try (Session closing = session) {
                session.start();
                SessionClosed end = assertThrows(SessionClosed.class, closing::accept);
                assertEquals(Origin.TRANSPORT, end.origin());
                assertInstanceOf(ClosedChannelException.class, end.getCause());
            }
        }
    }
}
