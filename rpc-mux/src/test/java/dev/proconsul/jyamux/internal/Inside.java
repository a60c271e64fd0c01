package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/// The only door through which the tests outside this package reach what the module keeps to itself: a session on the
/// test's own clock and buffer pool, started at any stream number, and the question of what it has left behind.
public final class Inside {
    private final AtomicBoolean outOfMemory = new AtomicBoolean();
    private final BufferPool pool = new BufferPool(this::allocate);
    private final YamuxSession session;

    /// What a session's own deadlines run on.
    public interface Clock {
        /// The machine's.
        Clock SYSTEM = new Clock() {
            @Override
            public long nanos() {
                return Ticker.SYSTEM.nanos();
            }

            @Override
            public void sleepUntil(long nanos) throws InterruptedException {
                Ticker.SYSTEM.sleepUntil(nanos);
            }
        };

        /// {@return now; starts at any value from zero, never wraps}
        long nanos();

        /// Waits until [#nanos()] has reached the value.
        void sleepUntil(long nanos) throws InterruptedException;
    }

    /// Starts a session.
    ///
    /// @param firstId the number of the first stream that it opens, or 0 for the role's own
    public Inside(boolean client, int firstId, InputStream in, OutputStream out, Closeable transport,
            SessionConfig config, Clock clock) {
        Role role = client ? Role.CLIENT : Role.SERVER;
        session = new YamuxSession(
                role, firstId == 0 ? role.firstId() : firstId, in, out, transport, config, ticker(clock), pool);
        session.start();
    }

    /// Starts a session over a channel.
    public Inside(boolean client, SocketChannel channel, SessionConfig config, Clock clock) {
        Role role = client ? Role.CLIENT : Role.SERVER;
        session = new YamuxSession(role, role.firstId(), YamuxSession.wire(channel), config, ticker(clock), pool);
        session.start();
    }

    private static Ticker ticker(Clock clock) {
        return new Ticker() {
            @Override
            public long nanos() {
                return clock.nanos();
            }

            @Override
            public void sleepUntil(long nanos) throws InterruptedException {
                clock.sleepUntil(nanos);
            }
        };
    }

    /// {@return how many connections the process's loops read}
    public static int polled() {
        return SelectLoops.SHARED.size();
    }

    private ByteBuffer allocate(int size) {
        if (outOfMemory.compareAndSet(true, false)) {
            throw new OutOfMemoryError("made up by the test");
        }
        return ByteBuffer.allocate(size);
    }

    /// The next buffer that has to be allocated is not to be had.
    public void runOutOfMemory() {
        outOfMemory.set(true);
    }

    /// {@return whether that has happened since}
    public boolean ranOutOfMemory() {
        return !outOfMemory.get();
    }

    /// {@return the session}
    public Session session() {
        return session;
    }

    /// {@return whether none of its threads is left, or none is left in time}
    public boolean threadsEnd(Duration patience) {
        return session.awaitThreads(patience);
    }

    /// {@return its opens that wait for their acknowledgement}
    public int pendingOpens() {
        return session.pendingOpens();
    }

    /// {@return buffers that it holds at the moment}
    public int buffersLent() {
        return pool.lent();
    }

    /// Waits until everything it has said so far is written.
    ///
    /// @return whether it is, in time
    public boolean awaitWritten(Duration patience) throws InterruptedException {
        return session.awaitWritten(patience);
    }

    /// Decodes frames, and nothing else.
    ///
    /// @return whether the bytes were valid as far as they went
    public static boolean decodes(byte[] bytes) {
        FrameSink sink = new FrameSink() {
            @Override
            public void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) {
                Objects.requireNonNull(type);
            }

            @Override
            public void body(ByteBuffer from, int length, boolean last) {
                from.get(new byte[length]);
            }
        };
        try {
            new FrameDecoder(sink).feed(ByteBuffer.wrap(bytes));
            return true;
        } catch (MuxException e) {
            return false;
        }
    }
}
