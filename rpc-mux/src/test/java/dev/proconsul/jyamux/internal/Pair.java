package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.SessionConfig;
import java.time.Duration;

/// A client and a server session over two pipes, and the check that they leave nothing behind.
final class Pair implements AutoCloseable {
    final BufferPool pool = new BufferPool();
    final YamuxSession client;
    final YamuxSession server;

    Pair(int capacity) {
        this(capacity, SessionConfig.DEFAULT, SessionConfig.DEFAULT, Ticker.SYSTEM);
    }

    Pair(int capacity, SessionConfig clientConfig, SessionConfig serverConfig, Ticker ticker) {
        MemoryPipe up = new MemoryPipe(capacity);
        MemoryPipe down = new MemoryPipe(capacity);
        client = YamuxSession.start(Role.CLIENT, down.input, up.output, () -> {
            up.end();
            down.close();
        }, clientConfig, ticker, pool);
        server = YamuxSession.start(Role.SERVER, up.input, down.output, () -> {
            down.end();
            up.close();
        }, serverConfig, ticker, pool);
    }

    /// Closes both and checks that threads, streams, permits and buffers are gone.
    @Override
    public void close() {
        client.close();
        server.close();
        assertTrue(client.awaitThreads(Duration.ofSeconds(5)), "threads left: " + client);
        assertTrue(server.awaitThreads(Duration.ofSeconds(5)), "threads left: " + server);
        assertEquals(0, client.openStreams());
        assertEquals(0, server.openStreams());
        assertEquals(0, client.pendingOpens());
        assertEquals(0, server.pendingOpens());
        RawPeer.assertNothingLent(pool);
    }
}
