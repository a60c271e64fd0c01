package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.client.ServerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a server makes of the ends of its calls: it decides by that whether a write may be sent again.
class PooledServersTest {
    private static final byte[] NIL = {(byte) 0xc0};
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ServerPool pool =
            new ServerPool(PoolConfig.OF_SERVERS.withMode(ClientConfig.Mode.SINGLE), Dialers.clearText());
    private ServerSocket peer;

    @BeforeEach
    void listen() throws IOException {
        peer = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
        peer.close();
    }

    /// What the peer does with its connection.
    @FunctionalInterface
    private interface Script {
        void play(Socket connection) throws IOException;
    }

    private Outcome call() throws InterruptedException {
        var server = new ServerInfo("id", "s2", "dc1", "127.0.0.1:" + peer.getLocalPort());
        return new PooledServers(pool).call(server, "KVS.Apply", NIL, TIMEOUT);
    }

    private Outcome callOf(Script script) throws Exception {
        var playing = new FutureTask<Void>(() -> {
            try (var connection = peer.accept()) {
                script.play(connection);
            }
            return null;
        });
        Thread.startVirtualThread(playing);
        var outcome = call();
        playing.get();
        return outcome;
    }

    /// Reads the type byte and the request: two fields of a header, and nil.
    private static void takeRequest(Socket connection) throws IOException {
        int read;
        do {
            read = connection.getInputStream().read();
        } while (read >= 0 && read != 0xc0);
    }

    /// Answers with an error or not, and a body of nil.
    private static void answer(Socket connection, String error) throws IOException {
        var header = "83" + "a5" + hex("Error") + text(error) + "a3" + hex("Seq") + "01"
                + "ad" + hex("ServiceMethod") + text("KVS.Apply");
        connection.getOutputStream().write(HexFormat.of().parseHex(header + "c0"));
    }

    private static String text(String value) {
        return "%02x".formatted(0xa0 + value.length()) + hex(value);
    }

    private static String hex(String value) {
        return HexFormat.of().formatHex(value.getBytes());
    }

    @Test
    @DisplayName("a reply is passed on as it came")
    void reply() throws Exception {
        var outcome = callOf(connection -> {
            takeRequest(connection);
            answer(connection, "");
        });

        assertArrayEquals(NIL, assertInstanceOf(Outcome.Answered.class, outcome).reply());
    }

    @Test
    @DisplayName("nobody listens: no effect")
    void notSent() throws Exception {
        peer.close();

        var failed = assertInstanceOf(Outcome.Failed.class, call());

        assertEquals(Effect.NONE, failed.effect());
        assertTrue(failed.error().startsWith("rpc error getting client: failed to get conn: dial tcp 127.0.0.1:"), failed.error());
    }

    @Test
    @DisplayName("sent, and the connection ends: the effect is unknown, so a write is not sent again")
    void maybeExecuted() throws Exception {
        var failed = assertInstanceOf(Outcome.Failed.class, callOf(PooledServersTest::takeRequest));

        assertEquals(Effect.UNKNOWN, failed.effect());
    }

    @Test
    @DisplayName("an error: the server has decided")
    void refused() throws Exception {
        var failed = assertInstanceOf(Outcome.Failed.class, callOf(connection -> {
            takeRequest(connection);
            answer(connection, "no");
        }));

        assertEquals(Effect.REFUSED, failed.effect());
        assertEquals("no", failed.error().replaceFirst(".*: ", ""));
    }
}
