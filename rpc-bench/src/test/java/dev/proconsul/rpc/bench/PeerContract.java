package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.SessionObserver;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// jyamux as the client of another implementation, which follows the script of `src/go/yamuxserver.go`.
@Tag("interop")
abstract class PeerContract {
    private static final long BULK = 1 << 30;
    private static final long BOTH_WAYS = 64 << 20;
    private static final int BULK_SECONDS = 180;
    private static final int THOUSAND = 1_000;
    private static final int MORE_THAN_A_WINDOW = 400_000;

    private final String mode;
    private Child server;
    private int port;
    private Session session;

    /// @param mode of the Go program
    PeerContract(String mode) {
        this.mode = mode;
    }

    @BeforeEach
    void start() throws Exception {
        server = Interop.peer().start(mode);
        port = Interop.port(server);
        session = connect(SessionConfig.DEFAULT);
    }

    @AfterEach
    void end() {
        session.close();
        server.close();
    }

    final Session connect(SessionConfig config) throws IOException {
        return Session.client(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), config);
    }

    @Test
    @DisplayName("X01, X02, H01: echo, with this side finishing first")
    void finishesFirst() throws Exception {
        try (var stream = begin('E')) {
            write(stream, "all");
            stream.finishWriting();

            assertEquals("all", rest(stream));
        }
    }

    @Test
    @DisplayName("X01, X02, H02: the peer finishes first, and more than a window can be written after that")
    void writesAfterThePeerHasFinished() throws Exception {
        try (var stream = begin('F')) {
            assertEquals("bye", rest(stream));

            stream.output().write(new byte[MORE_THAN_A_WINDOW]);
            stream.finishWriting();

            assertEquals(Script.NOTE_FINISHED + MORE_THAN_A_WINDOW, answer('L'));
        }
    }

    @Test
    @DisplayName("X01, X02, H13: a reset from here is a reset there, and the session goes on")
    void resets() throws Exception {
        var stream = begin('G');
        stream.output().write(ByteBuffer.allocate(Long.BYTES).putLong(Long.MAX_VALUE).array());
        assertEquals(MORE_THAN_A_WINDOW, stream.input().readNBytes(MORE_THAN_A_WINDOW).length);

        stream.reset();

        assertEquals(Script.NOTE_RESET, answer('L'));
        echoes(session);
    }

    @Test
    @DisplayName("X01, X02, H08: a reset from there is told to whoever waits, and the session goes on")
    void isReset() throws Exception {
        var aborted = new CountDownLatch(1);
        try (var stream = begin('R')) {
            stream.onAbort(aborted::countDown);
            assertTrue(aborted.await(10, TimeUnit.SECONDS), "no reset has come");

            var reset = assertThrows(MuxException.StreamReset.class, () -> write(stream, "still there?"));
            assertEquals(Origin.REMOTE, reset.origin());
        }
        echoes(session);
    }

    @Test
    @DisplayName("X01, X02, D01: 1,000 streams are open at once")
    void opensAThousandStreams() throws Exception {
        var streams = new ArrayList<Stream>();
        for (int i = 0; i < THOUSAND; i++) {
            streams.add(begin('E'));
        }
        for (int i = 0; i < THOUSAND; i++) {
            write(streams.get(i), "stream " + i);
            streams.get(i).finishWriting();
        }
        for (int i = 0; i < THOUSAND; i++) {
            assertEquals("stream " + i, rest(streams.get(i)));
            streams.get(i).close();
        }
        assertTrue(Interop.comesTrue(() -> session.openStreams() == 0), "streams are left open");
    }

    @Test
    @Timeout(BULK_SECONDS)
    @DisplayName("X01, X02, D02: 1 GiB goes there")
    void sendsBulk() throws Exception {
        upload(BULK);
    }

    @Test
    @Timeout(BULK_SECONDS)
    @DisplayName("X01, X02, X03: 1 GiB comes back, from hashicorp's implementation in frames as large as the window")
    void receivesBulk() throws Exception {
        download(BULK);
    }

    @Test
    @Timeout(BULK_SECONDS)
    @DisplayName("X01, X02, D15: 64 MiB go both ways at once, on eight streams each")
    void carriesBulkBothWays() throws Exception {
        var all = new ArrayList<FutureTask<Void>>();
        for (int i = 0; i < 8; i++) {
            all.add(started(() -> upload(BOTH_WAYS / 8)));
            all.add(started(() -> download(BOTH_WAYS / 8)));
        }
        for (var one : all) {
            one.get(BULK_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Void upload(long length) throws IOException {
        try (var stream = begin('H')) {
            Generated.write(stream.output(), length);
            stream.finishWriting();

            assertArrayEquals(Generated.digestOf(length), stream.input().readAllBytes());
        }
        return null;
    }

    private Void download(long length) throws IOException {
        try (var stream = begin('G')) {
            stream.output().write(ByteBuffer.allocate(Long.BYTES).putLong(length).array());

            assertArrayEquals(Generated.digestOf(length), Generated.digestOf(stream.input()));
        }
        return null;
    }

    @Test
    @DisplayName("X01, X02, K01: pings are answered in both directions")
    void pings() throws Exception {
        assertTrue(session.ping().isPositive());
        assertEquals("pong", answer('P'));
    }

    @Test
    @DisplayName("X01, X02, K07: keep-alive pings are answered while nothing else is said")
    void keepsAlive() throws Exception {
        var answers = new CountDownLatch(3);
        var observer = new SessionObserver() {
            @Override
            public void frameReceived(FrameType type, int flags, int stream, long length) {
                if (type == FrameType.PING) {
                    answers.countDown();
                }
            }
        };
        var config = SessionConfig.DEFAULT
                .withKeepAliveInterval(Duration.ofMillis(50))
                .withKeepAliveTimeout(Duration.ofSeconds(1))
                .withObserver(observer);
        try (var idle = connect(config)) {
            assertTrue(answers.await(10, TimeUnit.SECONDS), "too few answers");
            echoes(idle);
        }
    }

    @Test
    @DisplayName("X01, X02, O26, S10: after go away from there no stream can be opened, and open ones go on")
    void isToldToGoAway() throws Exception {
        try (var open = begin('E')) {
            assertEquals("", answer('W'));

            var refused = assertThrows(MuxException.OpenRefused.class, session::open);
            assertEquals(Origin.REMOTE, refused.origin());
            write(open, "still here");
            open.finishWriting();
            assertEquals("still here", rest(open));
        }
    }

    @Test
    @DisplayName("X04, D23: a session that the peer closes ends after its last bytes")
    void readsLastWords() throws Exception {
        try (var stream = begin('C')) {
            assertEquals("last words", new String(stream.input().readNBytes(10), StandardCharsets.UTF_8));
            stream.finishWriting();

            assertThrows(MuxException.SessionClosed.class, session::accept);
        }
    }

    @Test
    @DisplayName("X01, X02, F12: a peer that dies ends the session for everyone who waits")
    void noticesADeath() throws Exception {
        try (var waiting = begin('E'); var dying = begin('D')) {
            assertThrows(MuxException.SessionClosed.class, () -> dying.input().read());
            var closed = assertThrows(MuxException.SessionClosed.class, () -> waiting.input().read());

            assertEquals(Origin.TRANSPORT, closed.origin());
        }
    }

    @Test
    @DisplayName("X01, X02, K08: a peer whose process stands still ends its session by keep-alive; when it goes on, it serves")
    void noticesAStandstill() throws Exception {
        var config = SessionConfig.DEFAULT
                .withKeepAliveInterval(Duration.ofMillis(50))
                .withKeepAliveTimeout(Duration.ofMillis(500));
        try (var watching = connect(config)) {
            echoes(watching);
            server.signal("STOP");
            var closed = assertThrows(MuxException.SessionClosed.class, watching::accept);
            assertEquals(Origin.TRANSPORT, closed.origin());
            assertTrue(closed.getMessage().contains("keep-alive"), closed.getMessage());
        } finally {
            server.signal("CONT");
        }
        try (var next = connect(SessionConfig.DEFAULT)) {
            echoes(next);
        }
    }

    @Test
    @DisplayName("X01, X02, S04: a session that dies here leaves the server working")
    void dies() throws Exception {
        echoes(session);
        session.abort();

        try (var next = connect(SessionConfig.DEFAULT)) {
            echoes(next);
        }
    }

    final Session session() {
        return session;
    }

    /// Opens a stream and says what the peer is to do with it.
    final Stream begin(char command) throws IOException {
        return begin(session, command);
    }

    static Stream begin(Session session, char command) throws IOException {
        var stream = session.open();
        stream.output().write(command);
        return stream;
    }

    final String answer(char command) throws IOException {
        try (var stream = begin(command)) {
            return rest(stream);
        }
    }

    static void echoes(Session session) throws IOException {
        try (var stream = begin(session, 'E')) {
            write(stream, "hello");
            stream.finishWriting();
            assertEquals("hello", rest(stream));
        }
    }

    static void write(Stream stream, String text) throws IOException {
        stream.output().write(text.getBytes(StandardCharsets.UTF_8));
    }

    static String rest(Stream stream) throws IOException {
        return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static <T> FutureTask<T> started(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        return task;
    }
}
