package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.internal.StaticServers;
import dev.proconsul.rpc.client.internal.TokenBucket;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The client's side of type byte 5, against a scripted server.
class SnapshotClientTest {
    private static final String SAVE =
            "0584aa416c6c6f775374616c65c2aa4461746163656e746572a3646331a24f7000a5546f6b656ea0";

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    private ClientConfig config() {
        return ClientConfig.of("127.0.0.1:" + listener.getLocalPort());
    }

    private SnapshotClient client() {
        return snapshots(config(), CallOptions.DEFAULT.withDatacenter("dc1"));
    }

    /// What the server does with the one connection that comes.
    private interface Script<T> {
        T play(Socket socket) throws Exception;
    }

    private <T> FutureTask<T> server(Script<T> script) {
        Callable<T> play = () -> {
            try (var socket = listener.accept()) {
                return script.play(socket);
            }
        };
        var task = new FutureTask<>(play);
        Thread.startVirtualThread(task);
        return task;
    }

    private static byte[] answer(String error, long index) {
        var out = new MsgpackWriter();
        SnapshotResponse.CODEC.encode(new SnapshotResponse(error, QueryMeta.ZERO.withIndex(index)), out);
        return out.toByteArray();
    }

    @Test
    @DisplayName("pool and transport section 6.1: the bytes of a save, half-closed; the archive is what follows the answer")
    void saves() throws Exception {
        var server = server(socket -> {
            var sent = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(answer("", 44));
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            return HexFormat.of().formatHex(sent);
        });
        try (var saving = client().save()) {
            assertEquals(44, saving.index());
            assertArrayEquals(new byte[] {1, 2, 3}, saving.archive().readAllBytes());
        }
        assertEquals(SAVE, server.get(10, TimeUnit.SECONDS));
    }

    @Test
    void anErrorIsARefusal() throws Exception {
        server(socket -> {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(answer("No path to datacenter", 0));
            return 0;
        });
        var error = assertThrows(CallException.Refused.class, () -> client().save());
        assertEquals("No path to datacenter", error.getMessage());
    }

    @Test
    @DisplayName("a server that refuses before it has everything is heard, though not everything can be sent")
    void hearsAnEarlyRefusal() {
        server(socket -> {
            socket.getInputStream().readNBytes(100);
            socket.getOutputStream().write(answer("stale not allowed for restore", 0));
            socket.shutdownOutput();
            socket.getInputStream().skip(Long.MAX_VALUE);
            return 0;
        });
        var error = assertThrows(CallException.Refused.class,
                () -> client().restore(new ByteArrayInputStream(new byte[8 << 20])));
        assertEquals("stale not allowed for restore", error.getMessage());
    }

    @Test
    @DisplayName("without an answer nobody knows whether the restore has happened")
    void anEndWithoutAnswerIsUncertain() {
        server(socket -> socket.getInputStream().readAllBytes().length);
        assertThrows(CallException.MaybeExecuted.class, () -> client().restore(InputStream.nullInputStream()));
    }

    @Test
    @DisplayName("an archive that cannot be read is sent no further, and the server does not get its end")
    void stopsWhenTheArchiveFails() throws Exception {
        var server = server(socket -> {
            try {
                return socket.getInputStream().readAllBytes().length;
            } catch (IOException e) {
                return -1; // reset: not an end that could be taken for one of the archive
            }
        });
        var failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk on fire");
            }
        };
        assertEquals("disk on fire", assertThrows(IOException.class, () -> client().restore(failing)).getMessage());
        assertEquals(-1, server.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aServerThatIsNotThereIsTold() throws IOException {
        var config = config();
        listener.close();
        var client = snapshots(config, CallOptions.DEFAULT);
        var error = assertThrows(CallException.NotSent.class, client::save);
        assertTrue(error.getMessage().startsWith("cannot connect to " + config.address()), error::getMessage);
    }

    @Test
    @DisplayName("the answer to a save has a time limit, and an interrupt ends the wait")
    void doesNotWaitForEver() throws Exception {
        var released = new CountDownLatch(1);
        var hurried = snapshots(config().withTimeouts(Duration.ofSeconds(5),
                Duration.ofMillis(50)), CallOptions.DEFAULT);
        server(socket -> {
            socket.getInputStream().readAllBytes();
            return released.await(10, TimeUnit.SECONDS);
        });
        assertThrows(CallException.MaybeExecuted.class, hurried::save);
        released.countDown();

        var waiting = new FutureTask<>(() -> client().save());
        var thread = Thread.startVirtualThread(waiting);
        thread.interrupt();
        var failure = assertThrows(ExecutionException.class,
                () -> waiting.get(10, TimeUnit.SECONDS));
        assertInstanceOf(InterruptedException.class, failure.getCause());
    }

    @Test
    @DisplayName("calls.md 5.3: a transfer takes a token too; without one nothing is dialed")
    void takesAToken() {
        var none = snapshots(config().withRate(new CallRate(0, 1)), CallOptions.DEFAULT);
        server(Socket::getPort); // ends the connection at once
        assertThrows(CallException.MaybeExecuted.class, none::save);

        var e = assertThrows(CallException.NotSent.class, none::save);
        assertEquals("RPC rate limit exceeded", e.getMessage());
    }

    private static SnapshotClient snapshots(ClientConfig config, CallOptions options) {
        var pool = new ServerPool(config.pool(), Dialers.clearText());
        var router = new ServerRouter(ServerRouter.Settings.ofClient(config.datacenter()), pool::ping);
        config.servers().forEach(server -> router.lan().joined(StaticServers.known(config.datacenter(), server)));
        return new SnapshotClient(pool, router, new TokenBucket(config.rate(), Time.SYSTEM), options);
    }
}
