package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.SessionConfig;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HexFormat;

/// The far end of a session, which says and sees plain frames.
final class RawPeer implements AutoCloseable {
    static final FrameType DATA = FrameType.DATA;
    static final FrameType WU = FrameType.WINDOW_UPDATE;
    static final FrameType PING = FrameType.PING;
    static final FrameType GO_AWAY = FrameType.GO_AWAY;
    private static final int BARRIER = 0x7e57;

    final BufferPool pool = new BufferPool();
    final YamuxSession session;
    private final MemoryPipe toSession;
    private final MemoryPipe fromSession;

    RawPeer(Role role) {
        this(role, SessionConfig.DEFAULT, Ticker.SYSTEM);
    }

    RawPeer(Role role, SessionConfig config, Ticker ticker) {
        this(role, role.firstId(), config, ticker, 1 << 20);
    }

    RawPeer(Role role, int firstId, SessionConfig config, Ticker ticker, int capacity) {
        MemoryPipe in = new MemoryPipe(capacity);
        MemoryPipe out = new MemoryPipe(capacity);
        toSession = in;
        fromSession = out;
        session = new YamuxSession(role, firstId, in.input, out.output, () -> {
            out.end();
            in.close();
        }, config, ticker, pool);
        session.start();
    }

    static RawPeer ofServer() {
        return new RawPeer(Role.SERVER);
    }

    static RawPeer ofClient() {
        return new RawPeer(Role.CLIENT);
    }

    void says(byte[] bytes) throws IOException {
        toSession.output.write(bytes);
    }

    void says(String hex) throws IOException {
        says(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    void says(FrameType type, int flags, int id, int length) throws IOException {
        says(header(type, flags, id, length));
    }

    void saysData(int flags, int id, byte[] body) throws IOException {
        byte[] frame = new byte[FrameHeader.BYTES + body.length];
        new FrameHeader(DATA, flags, id, body.length).write(frame, 0);
        System.arraycopy(body, 0, frame, FrameHeader.BYTES, body.length);
        says(frame);
    }

    static byte[] header(FrameType type, int flags, int id, int length) {
        byte[] header = new byte[FrameHeader.BYTES];
        new FrameHeader(type, flags, id, length).write(header, 0);
        return header;
    }

    /// No more bytes will come; what the session says can still be read.
    void saysNoMore() {
        toSession.end();
    }

    FrameHeader sees() throws IOException {
        byte[] header = fromSession.input.readNBytes(FrameHeader.BYTES);
        if (header.length < FrameHeader.BYTES) {
            throw new EOFException("the session ended, after " + header.length + " bytes of a header");
        }
        return FrameHeader.read(header, 0);
    }

    byte[] body(FrameHeader header) throws IOException {
        return fromSession.input.readNBytes(header.length());
    }

    void sees(FrameType type, int flags, int id, int length) throws IOException {
        assertEquals(new FrameHeader(type, flags, id, length), sees());
    }

    /// Data, in whatever frames.
    byte[] seesData(int id, int length) throws IOException {
        byte[] all = new byte[length];
        int done = 0;
        while (done < length) {
            FrameHeader header = sees();
            assertEquals(DATA, header.type(), header::toString);
            assertEquals(0, header.flags());
            assertEquals(id, header.streamId());
            byte[] body = body(header);
            assertTrue(done + body.length <= length, "more than " + length + " bytes");
            System.arraycopy(body, 0, all, done, body.length);
            done += body.length;
        }
        return all;
    }

    /// The session lives, and has nothing else to say: it answers a ping at once.
    void seesNothingElse() throws IOException {
        says(PING, Flags.SYN, 0, BARRIER);
        sees(PING, Flags.ACK, 0, BARRIER);
        try { // or a test that moves its clock next would see a write that takes for ever
            assertTrue(session.awaitWritten(Duration.ofSeconds(5)), "the writer does not come to rest");
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// The connection is closed, without another byte.
    void seesTheEnd() throws IOException {
        byte[] rest = fromSession.input.readAllBytes();
        assertEquals("", HexFormat.of().formatHex(rest));
    }

    /// The session says why it ends, and closes.
    void seesGoAway(int code) throws IOException {
        sees(GO_AWAY, 0, 0, code);
        seesTheEnd();
    }

    InputStream seen() {
        return fromSession.input;
    }

    /// Ends the session and checks that nothing is left of it.
    @Override
    public void close() {
        Thread.ofVirtual().start(() -> {
            try {
                fromSession.input.readAllBytes(); // what it says while it closes
            } catch (IOException e) {
                // it has been closed already
            }
        });
        session.close();
        assertTrue(session.awaitThreads(Duration.ofSeconds(5)), "threads left: " + session);
        assertEquals(0, session.openStreams(), "streams left");
        assertEquals(0, session.pendingOpens(), "permits left");
        assertNothingLent(pool);
    }

    /// The application's threads may still be closing their streams.
    static void assertNothingLent(BufferPool pool) {
        long limit = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (pool.lent() != 0 && System.nanoTime() < limit) {
            Thread.onSpinWait();
        }
        assertEquals(0, pool.lent(), "buffers lent");
    }
}
