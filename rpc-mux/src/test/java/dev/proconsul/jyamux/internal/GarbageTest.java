package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.SessionConfig;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jspecify.annotations.Nullable;

/// The way of a message through one end of a session, all of it on the test's own thread, whose allocations the JVM
/// counts: what came is decoded and kept, the application reads it, answers, and the answer is written.
@Timeout(60)
class GarbageTest {
    private static final int MESSAGE = 128;
    private static final int MESSAGES = 20_000;
    /// The first ones make what is made once, and what the compiler does without later.
    private static final int ROUNDS = 100;
    private static final int STREAM = 1;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final Loop wire = new Loop();
    private final Thread writer = Thread.ofVirtual().unstarted(this::write);
    private final SessionParts parts = new SessionParts("test", Role.SERVER, 2, SessionConfig.DEFAULT, Ticker.SYSTEM,
            BufferPool.SHARED, BufferPool.OUTSIDE_HEAP, writer, this::offer);
    private final Writer output = new Writer(wire, parts, failure -> wire.failure = failure);
    private final InboundFrames frames = new InboundFrames(Role.SERVER, parts, 0);
    private final SessionReader input =
            new SessionReader(wire, frames, new KeepAlive(SessionConfig.DEFAULT, 0), parts);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(131_072);
    private final byte[] message = new byte[MESSAGE];

    /// A connection that brings the same bytes whenever it is read, and takes everything.
    private static final class Loop implements Wire {
        ByteBuffer incoming = ByteBuffer.allocate(0);
        long written;
        @Nullable Throwable failure;

        @Override
        public int read(ByteBuffer into) {
            int count = incoming.rewind().remaining();
            into.put(incoming);
            return count;
        }

        @Override
        public void write(ByteBuffer from) {
            written += from.remaining();
            from.position(from.limit());
        }

        @Override
        public boolean takesOffers() {
            return true;
        }

        @Override
        public void offer(ByteBuffer from) {
            write(from);
        }

        @Override
        public void flush() {}

        @Override
        public boolean finishWriting() {
            return false;
        }

        @Override
        public BufferPool pool() {
            return BufferPool.OUTSIDE_HEAP;
        }

        @Override
        public void close() {}
    }

    private void write() {
        output.run();
    }

    private void offer() {
        output.offer();
    }

    @BeforeEach
    void letTheWriterRest() {
        writer.start();
        while (!parts.outbox().duty().isFree() && !Thread.interrupted()) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        parts.outbox().stop();
        writer.join();
    }

    private void comes(ByteBuffer bytes) throws Exception {
        wire.incoming = bytes.flip();
        input.poll(buffer.clear());
    }

    private static ByteBuffer put(ByteBuffer to, FrameType type, int flags, int length) {
        return to.put((byte) 0).put((byte) type.ordinal()).putShort((short) flags).putInt(STREAM).putInt(length);
    }

    @Test
    @DisplayName("P03: a message that is read and answered leaves no garbage")
    void leavesNoGarbage() throws Exception {
        comes(put(ByteBuffer.allocate(12), FrameType.WINDOW_UPDATE, Flags.SYN, 0));
        YamuxStream stream = parts.accepts().take(0);
        stream.accepted();
        ByteBuffer question = ByteBuffer.allocate(24 + MESSAGE);
        put(question, FrameType.WINDOW_UPDATE, 0, MESSAGE); // credit for the answer
        put(question, FrameType.DATA, 0, MESSAGE).put(new byte[MESSAGE]);
        wire.incoming = question.flip();

        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && least >= MESSAGES; i++) {
            least = Math.min(least, allocatedBy(stream));
        }
        assertTrue(parts.outbox().awaitEmpty(PATIENCE));
        assertNull(wire.failure);
        assertTrue(wire.written >= MESSAGES * (12L + MESSAGE), "answers were not written");
        long bytes = least;
        assertTrue(bytes < MESSAGES, () -> bytes + " bytes for " + MESSAGES + " messages");
    }

    private long allocatedBy(YamuxStream stream) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(stream, MESSAGES);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void exchange(YamuxStream stream, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            input.poll(buffer.clear());
            assertEquals(MESSAGE, stream.input().read(message));
            stream.output().write(message);
        }
    }
}
