package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections that behave badly, within and beyond their contracts. Rows S07, S08, S09, C03, C04 of the matrix.
@ExtendWith(Leaks.class)
@Timeout(120)
class TransportTest {
    private static final SessionConfig HASTY = Settings.PLAIN.withLingerTimeout(Duration.ofMillis(20));

    /// An end of which every call goes through a hook.
    private abstract static class Hooked {
        final AtomicInteger calls = new AtomicInteger();

        abstract void before(int call) throws IOException;

        int read(InputStream in, byte[] to, int offset, int length) throws IOException {
            return in.read(to, offset, length);
        }

        void closing(java.io.Closeable transport) throws IOException {
            transport.close();
        }

        Wire.End around(Wire.End end) {
            InputStream in = new FilterInputStream(end.in()) {
                @Override
                public int read(byte[] to, int offset, int length) throws IOException {
                    before(calls.incrementAndGet());
                    return Hooked.this.read(super.in, to, offset, length);
                }
            };
            OutputStream out = new FilterOutputStream(end.out()) {
                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    before(calls.incrementAndGet());
                    super.out.write(from, offset, length);
                }

                @Override
                public void flush() throws IOException {
                    before(calls.incrementAndGet());
                    super.out.flush();
                }
            };
            return new Wire.End(in, out, () -> closing(end.transport()));
        }
    }

    @Test
    @DisplayName("S07, B11: a transport whose read does not notice its closing: close returns within its bound")
    void closesOverAReadThatDoesNotReturn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        InputStream stuck = new InputStream() {
            @Override
            public int read() {
                boolean interrupted = false;
                while (true) {
                    try {
                        end.await();
                        break;
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }
        };
        Inside inside = new Inside(true, 0, stuck, OutputStream.nullOutputStream(), () -> { }, HASTY, Inside.Clock.SYSTEM);
        Leaks.watch(inside);
        Session session = inside.session();
        Task<Void> closing = Task.run(session::close);
        closing.get();
        assertFalse(session.isOpen());
        assertThrows(SessionClosed.class, session::open);
        end.countDown();
    }

    @Test
    @DisplayName("S08: a transport whose close blocks: close returns; whose close throws: what it threw is suppressed")
    void closesOverACloseThatFails() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Wire.Ends ends = Wire.memory(1 << 12);
        Hooked blocking = new Hooked() {
            @Override
            void before(int call) {}

            @Override
            void closing(java.io.Closeable transport) throws IOException {
                transport.close();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Inside one = Pair.start(true, blocking.around(ends.client()), HASTY, Inside.Clock.SYSTEM);
        Task.run(one.session()::close).get();
        assertFalse(one.session().isOpen());
        end.countDown();

        SessionClosed[] reason = new SessionClosed[1];
        CountDownLatch ended = new CountDownLatch(1);
        SessionConfig config = HASTY.withObserver(new SessionObserver() {
            @Override
            public void ended(SessionClosed why) {
                reason[0] = why;
                ended.countDown();
            }
        });
        Hooked throwing = new Hooked() {
            @Override
            void before(int call) {}

            @Override
            void closing(java.io.Closeable transport) throws IOException {
                transport.close();
                throw new IOException("close failed");
            }
        };
        Inside other = Pair.start(true, throwing.around(Wire.memory(1 << 12).client()), config, Inside.Clock.SYSTEM);
        other.session().close();
        ended.await();
        assertEquals("close failed", reason[0].getSuppressed()[0].getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("S09, B22: after close has returned the transport is not touched")
    void leavesTheTransportAlone(boolean abort) throws Exception {
        for (int round = 0; round < 100; round++) {
            Hooked counting = new Hooked() {
                @Override
                void before(int call) {}
            };
            Wire.Ends ends = Wire.memory(1 << 12);
            Inside inside = Pair.start(true, counting.around(ends.client()), HASTY, Inside.Clock.SYSTEM);
            Session session = inside.session();
            Stream stream = session.open();
            stream.output().write(new byte[1_000 * (round % 10)]);
            if (abort) {
                session.abort();
            }
            session.close();
            assertTrue(inside.threadsEnd(Duration.ofSeconds(5)));
            int calls = counting.calls.get();
            assertThrows(SessionClosed.class, () -> stream.output().write(1));
            stream.close();
            session.close();
            session.goAway();
            assertThrows(SessionClosed.class, session::ping);
            assertEquals(calls, counting.calls.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("C04, B76: reads of any size are taken; spurious zeros too; more than was asked ends the session")
    void takesShortReads(int kind) throws Exception {
        Random random = new Random(4);
        Hooked odd = new Hooked() {
            @Override
            void before(int call) {}

            @Override
            int read(InputStream in, byte[] to, int offset, int length) throws IOException {
                if (kind == 2 && calls.get() > 10) {
                    in.read(to, offset, length);
                    return length + 1;
                }
                if (kind == 1 && random.nextBoolean()) {
                    return 0;
                }
                return in.read(to, offset, 1 + random.nextInt(Math.min(length, 20)));
            }
        };
        Wire.Ends ends = Wire.memory(1 << 12);
        Inside one = Pair.start(true, odd.around(ends.client()), HASTY, Inside.Clock.SYSTEM);
        Inside other = Pair.start(false, ends.server(), HASTY, Inside.Clock.SYSTEM);
        try (Session client = one.session(); Session server = other.session()) {
            Load.echo(server);
            Stream stream = client.open();
            Task<Void> reading = Task.run(() -> Load.readToTheEnd(stream.input(), 20_000));
            if (kind == 2) {
                assertThrows(SessionClosed.class, () -> {
                    Load.write(stream.output(), 20_000, 100);
                    stream.finishWriting();
                    reading.get();
                });
                SessionClosed end = assertThrows(SessionClosed.class, client::accept);
                assertEquals(Origin.TRANSPORT, end.origin());
            } else {
                Load.write(stream.output(), 20_000, 100);
                stream.finishWriting();
                reading.get();
                stream.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 80})
    @DisplayName("C03, B06: the n-th call to the transport fails, the others are delayed: everybody gets the error")
    void survivesFailuresEverywhere(int failing) throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            Hooked failingOnce = new Hooked() {
                @Override
                void before(int call) throws IOException {
                    if (call == failing) {
                        throw new IOException("call " + failing);
                    }
                    for (int i = random.nextInt(4); i > 0; i--) {
                        Thread.yield();
                    }
                }
            };
            Wire.Ends ends = Wire.memory(2_048);
            Inside one = Pair.start(true, failingOnce.around(ends.client()), HASTY, Inside.Clock.SYSTEM);
            Inside other = Pair.start(false, ends.server(), HASTY, Inside.Clock.SYSTEM);
            try (Session client = one.session(); Session server = other.session()) {
                Load.echo(server);
                Task<Void> pinging = Task.run(() -> {
                    while (true) {
                        client.ping();
                    }
                });
                Task<Void> working = Task.run(() -> {
                    while (true) {
                        try (Stream stream = client.open()) {
                            stream.output().write(Load.bytes(100));
                            Load.read(stream.input(), 100);
                        }
                    }
                });
                pinging.fails(SessionClosed.class);
                SessionClosed end = working.fails(SessionClosed.class);
                assertEquals(Origin.TRANSPORT, end.origin());
                assertEquals("call " + failing, String.valueOf(end.getCause().getMessage()));
            }
        }
    }

    @Test
    @DisplayName("S03, B16: over the streams of a channel: it closes after its peer, whose late words make the kernel take back nothing")
    void closesAChannelAfterItsPeer() throws Exception {
        Wire.Connected sockets = Wire.tcp();
        try (SocketChannel peer = sockets.server()) {
            SocketChannel channel = sockets.client();
            Inside inside = new Inside(true, 0, Channels.newInputStream(channel), Channels.newOutputStream(channel),
                    channel, Settings.QUIET, Inside.Clock.SYSTEM);
            Leaks.watch(inside);
            Task<Void> closing = Task.run(inside.session()::close);
            InputStream words = Channels.newInputStream(peer);
            assertEquals(Frame.BYTES, words.readAllBytes().length); // a go away, and no more

            for (int i = 0; i < 1_000; i++) { // to a closed socket that is a reset, and then an error
                peer.write(ByteBuffer.wrap(Frame.header(Frame.PING, Frame.ACK, 0, i)));
            }
            peer.shutdownOutput();
            closing.get();
            assertEquals(1_000, inside.session().statistics().oddFrames());
        }
    }

    @Test
    @DisplayName("S13: the transport cannot be written while the peer's go away is unread: the go away's reason wins")
    void prefersTheReasonOfThePeer() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        InputStream goAway = new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                try {
                    failed.await();
                } catch (InterruptedException e) {
                    throw new java.io.InterruptedIOException();
                }
                return at == Frame.BYTES ? -1 : Frame.header(Frame.GO_AWAY, 0, 0, 2)[at++];
            }
        };
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                failed.countDown();
                throw new IOException("broken pipe");
            }
        };
        Inside inside = new Inside(true, 0, goAway, broken, () -> { }, HASTY, Inside.Clock.SYSTEM);
        Leaks.watch(inside);
        try (Session session = inside.session()) {
            Task<Stream> accepting = Task.of(session::accept).awaitBlocked();
            session.open();
            SessionClosed end = accepting.fails(SessionClosed.class);
            assertEquals(Origin.REMOTE, end.origin());
            assertEquals(2, end.code());
        }
    }
}
