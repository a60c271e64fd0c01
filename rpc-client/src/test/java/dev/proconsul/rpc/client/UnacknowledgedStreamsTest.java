package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Status;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Calls to a server that takes streams and never acknowledges them, as one does whose accept loop hangs.
class UnacknowledgedStreamsTest {
    private static final int BACKLOG = 256;
    private static final int HEADER = 12;
    private static final byte WINDOW_UPDATE = 1;
    private static final int SYN = 1;
    private static final short ACK = 2;
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final BlockingQueue<Integer> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> connections = new LinkedBlockingQueue<>();
    private final ServerPool pool = new ServerPool(PoolConfig.OF_SERVERS, Dialers.clearText());
    private ServerSocket listener;
    private ServerInfo target;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        target = new ServerInfo("id", "a", "dc1", "127.0.0.1:" + listener.getLocalPort());
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    var connection = listener.accept();
                    connections.add(connection);
                    Thread.startVirtualThread(() -> hear(connection));
                }
            } catch (IOException e) {
                // the test is over
            }
        });
    }

    /// Reads frames, and remembers which streams they open.
    private void hear(Socket connection) {
        try {
            var in = new DataInputStream(connection.getInputStream());
            in.readByte(); // the type byte
            while (true) {
                var header = ByteBuffer.wrap(in.readNBytes(HEADER));
                if ((header.getShort(2) & SYN) != 0) {
                    opened.add(header.getInt(4));
                }
                if (header.get(1) == 0) {
                    in.skipNBytes(header.getInt(8));
                }
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            // the client has left
        }
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
        listener.close();
        for (var connection : connections) {
            connection.close();
        }
    }

    private void occupy(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread.startVirtualThread(() -> assertThrows(CallException.class,
                    () -> pool.call(target, Status.LEADER, DCSpecificRequest.ZERO, LONG)));
        }
        for (int i = 0; i < count; i++) {
            assertTrue(opened.poll(20, TimeUnit.SECONDS) != null, "a stream is missing");
        }
    }

    @Test
    @DisplayName("a call that gets no stream in time was not sent, and is over at its deadline; the connection stays")
    void theDeadlineHolds() throws Exception {
        occupy(BACKLOG);

        long start = System.nanoTime();
        var e = assertThrows(CallException.NotSent.class, () -> pool.call(target, KVS.APPLY, KVSRequest.ZERO, SHORT));
        var took = Duration.ofNanos(System.nanoTime() - start);

        assertEquals(Reason.TIMED_OUT, e.reason());
        assertEquals("no stream to " + target.address() + " within 100 ms", e.getMessage());
        assertTrue(took.compareTo(SHORT) >= 0, took::toString);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
        assertTrue(opened.isEmpty(), "nothing was sent");

        acknowledge(1);
        occupy(1); // over the same connection
        assertEquals(1, connections.size());
    }

    private void acknowledge(int stream) throws IOException {
        var frame = ByteBuffer.allocate(HEADER).put(1, WINDOW_UPDATE).putShort(2, ACK).putInt(4, stream);
        connections.element().getOutputStream().write(frame.array());
    }
}
