package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.DATA;
import static dev.proconsul.jyamux.Frame.GO_AWAY;
import static dev.proconsul.jyamux.Frame.PING;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.internal.Inside;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The far end of a session: it says and sees plain frames, when the test wants it to.
final class RawPeer implements AutoCloseable {
    private static final int BARRIER = 0x7e57;
    private static final int CAPACITY = 1 << 20;
    private static final Duration MOMENT = Duration.ofMillis(1);

    final Session session;
    private final Inside inside;
    private final MemoryPipe toSession;
    private final MemoryPipe fromSession;
    private final List<Stream> opened = new ArrayList<>();

    /// @param client whether the session under test is the client
    RawPeer(boolean client, SessionConfig config, Inside.Clock clock) {
        this(client, 0, config, clock, CAPACITY);
    }

    RawPeer(boolean client, int firstId, SessionConfig config, Inside.Clock clock, int capacity) {
        MemoryPipe in = new MemoryPipe(capacity);
        MemoryPipe out = new MemoryPipe(capacity);
        toSession = in;
        fromSession = out;
        inside = new Inside(client, firstId, in.input, out.output, () -> {
            out.end();
            in.close();
        }, config, clock);
        session = inside.session();
        if (clock instanceof ManualClock manual) {
            manual.movesAfter(this::awaitWriter);
        }
        Leaks.watch(inside);
    }

    static RawPeer ofServer() {
        return ofServer(Settings.PLAIN);
    }

    static RawPeer ofServer(SessionConfig config) {
        return new RawPeer(false, config, Inside.Clock.SYSTEM);
    }

    static RawPeer ofClient() {
        return ofClient(Settings.PLAIN);
    }

    static RawPeer ofClient(SessionConfig config) {
        return new RawPeer(true, config, Inside.Clock.SYSTEM);
    }

    Inside inside() {
        return inside;
    }

    void says(byte[] bytes) throws IOException {
        toSession.output.write(bytes);
    }

    void says(int type, int flags, int id, int length) throws IOException {
        says(Frame.header(type, flags, id, length));
    }

    void saysData(int flags, int id, byte[] body) throws IOException {
        says(Frame.data(flags, id, body));
    }

    /// Says it as often as asked, or until the session does not listen any more.
    void floods(long times, byte[] bytes) {
        try {
            for (long i = 0; i < times; i++) {
                says(bytes);
            }
        } catch (IOException e) {
            // the session has ended
        }
    }

    /// Opens a stream, which the session under test accepts.
    Stream opens(int id) throws IOException {
        says(WU, SYN, id, 0);
        Stream stream = session.accept();
        assertEquals(id, stream.id());
        sees(WU, ACK, id, 0);
        opened.add(stream);
        return stream;
    }

    /// Acknowledges a stream that the session under test opens.
    Stream isOpened(int id) throws IOException {
        Stream stream = session.open();
        sees(WU, SYN, id, 0);
        says(WU, ACK, id, 0);
        settles();
        opened.add(stream);
        return stream;
    }

    /// No more bytes will come; what the session says can still be read.
    void saysNoMore() {
        toSession.end();
    }

    /// From now on the session can neither read nor write.
    void breaks() {
        toSession.close();
        fromSession.close();
    }

    Frame sees() throws IOException {
        byte[] header = fromSession.input.readNBytes(Frame.BYTES);
        if (header.length < Frame.BYTES) {
            throw new EOFException("the session ended, after " + header.length + " bytes of a header");
        }
        return Frame.read(header, 0);
    }

    byte[] body(Frame header) throws IOException {
        return header.type() == DATA ? fromSession.input.readNBytes(header.length()) : new byte[0];
    }

    void sees(int type, int flags, int id, int length) throws IOException {
        assertEquals(new Frame(type, flags, id, length), sees());
    }

    /// Data, in whatever frames.
    byte[] seesData(int id, int length) throws IOException {
        byte[] all = new byte[length];
        int done = 0;
        while (done < length) {
            Frame header = sees();
            assertEquals(DATA, header.type(), header::toString);
            assertEquals(0, header.flags());
            assertEquals(id, header.id());
            byte[] body = body(header);
            assertTrue(done + body.length <= length, "more than " + length + " bytes");
            System.arraycopy(body, 0, all, done, body.length);
            done += body.length;
        }
        return all;
    }

    /// Asks twice for a sign of life. Then what was said before is worked off, and what the session had to say is here.
    ///
    /// @return the frames that came before the last answer, without payload
    List<Frame> settles() throws IOException {
        List<Frame> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Frame answer = new Frame(PING, ACK, 0, BARRIER + i);
            says(PING, SYN, 0, BARRIER + i);
            for (Frame frame = sees(); !frame.equals(answer); frame = sees()) {
                seen.add(frame);
                body(frame);
            }
        }
        return seen;
    }

    /// What the session has said may be here before its writer's thread goes on: a clock that moves then would make that
    /// a write that has stood still, which ends the session. One that waits for room does stand still.
    private void awaitWriter() throws InterruptedException {
        long start = System.nanoTime();
        while (!fromSession.hasWaitingWriter() && !inside.awaitWritten(MOMENT)) {
            assertTrue(System.nanoTime() - start < Task.PATIENCE.toNanos(), "the writer does not come to rest");
        }
    }

    /// The session lives, and has nothing else to say.
    void seesNothingElse() throws IOException {
        assertEquals(List.of(), settles());
    }

    /// The connection is closed, without another byte.
    void seesTheEnd() throws IOException {
        assertEquals("", HexFormat.of().formatHex(fromSession.input.readAllBytes()));
    }

    /// The session says why it ends, and closes.
    void seesGoAway(int code) throws IOException {
        sees(GO_AWAY, 0, 0, code);
        seesTheEnd();
    }

    /// {@return the headers of all frames up to the end of the connection}
    List<Frame> seesAll() throws IOException {
        List<Frame> all = new ArrayList<>();
        byte[] header = fromSession.input.readNBytes(Frame.BYTES);
        while (header.length == Frame.BYTES) {
            Frame frame = Frame.read(header, 0);
            all.add(frame);
            body(frame);
            header = fromSession.input.readNBytes(Frame.BYTES);
        }
        return all;
    }

    /// {@return how many bytes the session has written that nobody has read}
    int unseen() {
        return fromSession.size();
    }

    InputStream seen() {
        return fromSession.input;
    }

    /// Reads and forgets what the session says from now on.
    void seesWhatever() {
        Thread.ofVirtual().start(() -> {
            try {
                fromSession.input.skip(Long.MAX_VALUE);
            } catch (IOException e) {
                // the connection was broken
            }
        });
    }

    /// Ends the session, and closes the streams that it has opened. What is left is checked after the test, see [Leaks].
    @Override
    public void close() {
        seesWhatever();
        session.close();
        opened.forEach(Stream::close);
    }
}
