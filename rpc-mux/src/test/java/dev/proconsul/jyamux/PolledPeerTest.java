package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Sessions over sockets in non-blocking mode whose peer is a socket that the test itself reads and writes: one that is
/// slow, silent, gone, or breaks the rules.
@ExtendWith(Leaks.class)
@Timeout(120)
class PolledPeerTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @Test
    @DisplayName("The socket is full: callers do not wait in it, the writer goes on when there is room, nothing is lost")
    void goesOnWhenTheSocketWasFull() throws Exception {
        Wire.Connected sockets = Wire.tcp();
        Inside inside = new Inside(true, sockets.client(), Settings.QUIET, Inside.Clock.SYSTEM);
        Leaks.watch(inside);
        int streams = 64;
        try (Session client = inside.session(); SocketChannel peer = sockets.server()) {
            List<Task<Void>> writers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                Stream stream = client.open();
                writers.add(Task.run(() -> stream.output().write(Load.bytes(Frame.WINDOW))));
            }
            writers.forEach(Task::awaitBlocked);
            assertTrue(writers.stream().anyMatch(one -> !one.isDone()), "the socket took all");

            int[] came = new int[streams];
            ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
            for (int left = streams * Frame.WINDOW; left > 0; ) {
                readFully(peer, header.clear());
                if (header.get(1) == Frame.DATA) {
                    byte[] body = new byte[header.getInt(8)];
                    readFully(peer, ByteBuffer.wrap(body));
                    int stream = header.getInt(4) / 2;
                    assertTrue(java.util.Arrays.equals(Load.bytes(came[stream], body.length), body), "other bytes");
                    came[stream] += body.length;
                    left -= body.length;
                }
            }
            for (Task<Void> writer : writers) {
                writer.get();
            }
            client.abort();
        }
    }

    private static void readFully(SocketChannel from, ByteBuffer to) throws Exception {
        while (to.hasRemaining()) {
            assertTrue(from.read(to) >= 0, "the end");
        }
    }

    @Test
    @DisplayName("A peer that goes away without a word, and a channel that was closed before")
    void noticesEnds() throws Exception {
        Wire.Connected sockets = Wire.tcp();
        try (Session client = Session.client(sockets.client(), Settings.QUIET)) {
            sockets.server().close();
            assertEquals(Origin.REMOTE, assertThrows(SessionClosed.class, client::accept).origin());
        }
        SocketChannel closed = Wire.tcp().client();
        closed.close();
        try (Session client = Session.client(closed, Settings.QUIET)) {
            assertEquals(Origin.TRANSPORT, assertThrows(SessionClosed.class, client::accept).origin());
        }
    }

    @Test
    @DisplayName("A peer that keeps its side open and says nothing does not hold up the end, and gets everything")
    void endsBesideASilentPeer() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel peer = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(1_000));
            Task.run(client::close).get();
            assertArrayEquals(Load.bytes(1_000), bodies(peer));
        }
    }

    @Test
    @DisplayName("A silent peer that may not have got everything yet is waited for: what it says late does no harm")
    void waitsForASlowReader() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel peer = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(Frame.WINDOW));
            Thread closing = Thread.ofVirtual().start(client::close);
            assertFalse(closing.join(Duration.ofMillis(1_500)), "closed, though much was on its way");
            peer.write(ByteBuffer.wrap(Frame.header(Frame.WU, 0, 1, 1)));
            assertArrayEquals(Load.bytes(Frame.WINDOW), bodies(peer));
            peer.shutdownOutput();
            assertTrue(closing.join(Task.PATIENCE));
        }
    }

    @Test
    @DisplayName("What streams could still be sent when the session ended is no violation, and cuts no farewell short")
    void takesWhatWasOnItsWay() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER).withDeadStreamBytes(1_000);
        Wire.Connected sockets = Wire.tcp();
        try (Session client = patient(sockets, config); SocketChannel peer = sockets.server()) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                streams.add(client.open());
                streams.get(i).output().write(1);
            }
            Task<Void> closing = Task.run(client::close);
            Task.until(() -> !client.isOpen());
            for (int i = 0; i < 8; i++) {
                writeFully(peer, ByteBuffer.wrap(Frame.data(0, 2 * i + 1, Load.bytes(Frame.WINDOW))));
            }
            assertEquals(8, bodies(peer).length); // up to the end, and no reset
            peer.shutdownOutput();
            closing.get();
            streams.forEach(Stream::close); // what came just before the end is there to be read
        }
    }

    @Test
    @DisplayName("S12: a peer that breaks the rules and goes on sending gets the go away that says so, and no reset")
    void saysWhyThoughThePeerGoesOn() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (Session client = patient(sockets, config); SocketChannel peer = sockets.server()) {
            writeFully(peer, ByteBuffer.wrap(Frame.data(Frame.SYN, 1, Load.bytes(10)))); // an odd number is not its
            writeFully(peer, ByteBuffer.wrap(Load.bytes(4 << 20)));
            ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
            readFully(peer, header);
            assertEquals(new Frame(Frame.GO_AWAY, 0, 0, 1), Frame.read(header.array(), 0));
            writeFully(peer, ByteBuffer.wrap(Load.bytes(1 << 20)));
            assertEquals(-1, peer.read(header.clear()));
            peer.shutdownOutput();
            assertEquals(1, assertThrows(SessionClosed.class, client::accept).code());
        }
    }

    @Test
    @DisplayName("S04: an abort that comes while a close begins is not lost: nobody waits for the peer then")
    void isAbortedWhileItCloses() throws Exception {
        SessionConfig config = Settings.QUIET.withLingerTimeout(NEVER);
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel _ = sockets.server(); Session client = Session.client(sockets.client(), config)) {
            client.open().output().write(Load.bytes(Frame.WINDOW)); // so much that it would be waited for
            Thread[] closing = new Thread[1];
            try (LogGate gate = new LogGate("dev.proconsul.jyamux.internal.Ending")) {
                closing[0] = Thread.ofVirtual().start(client::close);
                gate.awaitSomebody();
                client.abort();
            }
            assertTrue(closing[0].join(Task.PATIENCE));
        }
    }

    /// {@return a client that takes its peer for far away, so that it bears two minutes of silence at the end: the peer
    /// of a test may be silent for as long as the machine gives it no time}
    private static Session patient(Wire.Connected sockets, SessionConfig config) throws Exception {
        ManualClock clock = new ManualClock();
        Inside inside = new Inside(true, sockets.client(), config, clock);
        Leaks.watch(inside);
        Session client = inside.session();
        Task<Duration> ping = Task.of(client::ping);
        ByteBuffer asked = ByteBuffer.allocate(Frame.BYTES);
        readFully(sockets.server(), asked);
        assertTrue(inside.awaitWritten(Task.PATIENCE)); // it would see a write that takes a minute
        clock.advance(Duration.ofMinutes(1));
        int value = Frame.read(asked.array(), 0).length();
        writeFully(sockets.server(), ByteBuffer.wrap(Frame.header(Frame.PING, Frame.ACK, 0, value)));
        assertEquals(Duration.ofMinutes(1), ping.get());
        return client;
    }

    private static void writeFully(SocketChannel to, ByteBuffer from) throws Exception {
        while (from.hasRemaining()) {
            to.write(from);
        }
    }

    /// {@return what the data frames carry, up to the end of the connection}
    private static byte[] bodies(SocketChannel from) throws Exception {
        var bodies = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(Frame.BYTES);
        while (from.read(header.clear()) >= 0) {
            readFully(from, header);
            if (header.get(1) == Frame.DATA) {
                byte[] body = new byte[header.getInt(8)];
                readFully(from, ByteBuffer.wrap(body));
                bodies.writeBytes(body);
            }
        }
        return bodies.toByteArray();
    }
}
