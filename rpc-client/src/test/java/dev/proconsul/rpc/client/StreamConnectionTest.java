package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.SessionObserver;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A session over a connection in clear text")
@Timeout(30)
class StreamConnectionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private Connection connection;
    private Session server;

    @BeforeEach
    void connect() throws Exception {
        try (var listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            connection = new TcpDialer().dial((InetSocketAddress) listener.getLocalAddress(), Protocol.MULTIPLEX, LONG);
            var accepted = listener.accept();
            assertEquals(Protocol.MULTIPLEX.typeByte().orElseThrow(), accepted.socket().getInputStream().read());
            server = Session.server(accepted, SessionConfig.DEFAULT);
        }
    }

    @AfterEach
    void end() {
        connection.abort();
        server.abort();
    }

    @Test
    @DisplayName("has the socket itself: callers write on their own threads")
    void hasTheSocket() throws Exception {
        var wrote = new AtomicReference<Thread>();
        var config = SessionConfig.DEFAULT.withObserver(new SessionObserver() {
            @Override
            public void written(int frames, int bytes) {
                wrote.set(Thread.currentThread());
            }
        });
        try (var client = StreamConnection.clientSession(connection, config);
                var stream = client.open();
                var other = server.accept()) {
            for (int i = 0; wrote.get() != Thread.currentThread(); i = (i + 1) % 100) { // the SYN is the writer's
                stream.output().write(i);
                assertEquals(i, other.input().read());
            }
        }
    }

    @Test
    @DisplayName("ends when the connection is aborted, whoever did that")
    void endsWithTheConnection() throws Exception {
        var told = new CountDownLatch(1);
        try (var client = StreamConnection.clientSession(connection, SessionConfig.DEFAULT)) {
            var stream = client.open();
            stream.onAbort(told::countDown);
            connection.abort();
            assertThrows(SessionClosed.class, client::accept);
            assertTrue(told.await(10, TimeUnit.SECONDS));
        }
    }
}
