package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who writes when callers may, step by step. The test is callers and reader; the writer has a thread of its own.
@Timeout(20)
class CallersWriteTest {
    private static final SessionClosed END = new SessionClosed("over", Origin.LOCAL, 0);
    private static final int SOME = 100;
    private static final int MANY = 300;
    private static final long LONG = TimeUnit.SECONDS.toNanos(15);

    private final BufferPool pool = new BufferPool();
    private final AtomicInteger byWriter = new AtomicInteger();
    private final Thread writer = Thread.ofVirtual().unstarted(this::write);
    private final Outbox outbox = new Outbox(262_144, 65_536, 4, true, pool, writer);

    @BeforeEach
    void letTheWriterRest() {
        writer.start();
        awaitFree();
    }

    @AfterEach
    void leavesNothing() throws Exception {
        outbox.end(END, true);
        outbox.stop();
        writer.join();
        assertEquals(0, pool.lent());
    }

    private void write() {
        for (ByteBuffer round = outbox.next(); round != null; round = outbox.next()) {
            byWriter.addAndGet(outbox.duty().frames());
            round.position(round.limit());
        }
    }

    private void awaitFree() {
        while (!outbox.duty().isFree()) {
            Thread.onSpinWait();
        }
    }

    private void put(int id, int bytes) throws SessionClosed {
        assertEquals(bytes, outbox.data(new Turns.Place(), id, new byte[bytes], 0, bytes));
    }

    /// {@return how many frames the caller writes}
    private int takeAndWrite() {
        ByteBuffer round = Objects.requireNonNull(outbox.nextForCaller());
        int frames = outbox.duty().frames();
        round.position(round.limit());
        outbox.callerDone();
        return frames;
    }

    @Test
    @DisplayName("A caller that is alone does not wait for others")
    void isAlone() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(1));
        assertFalse(outbox.duty().isPatient());
        assertEquals(1, takeAndWrite());
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("While a caller lets others go first they add to its round and do not write")
    void gathers() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        assertTrue(outbox.duty().isPatient());
        put(3, SOME);
        assertFalse(outbox.claim(2));
        assertEquals(2, takeAndWrite());
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("A round that is worth a write does not wait for the patient: who puts in the next frame writes it")
    void isOvertaken() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        Thread next = Thread.ofVirtual().start(() -> {
            try {
                put(3, MANY);
            } catch (SessionClosed e) {
                throw new IllegalStateException(e);
            }
            assertTrue(outbox.claim(2));
            assertFalse(outbox.duty().isPatient());
            assertEquals(2, takeAndWrite());
        });
        next.join();
        assertTrue(outbox.duty().isFree());
        assertNull(outbox.nextForCaller());
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("What comes while a caller writes is the writer's")
    void leavesTheRest() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(1));
        ByteBuffer round = Objects.requireNonNull(outbox.nextForCaller());
        put(3, SOME);
        assertFalse(outbox.claim(2));
        round.position(round.limit());
        outbox.callerDone();
        assertTrue(outbox.awaitEmpty(LONG));
        assertEquals(1, byWriter.get());
    }

    @Test
    @DisplayName("While the reader wakes several handlers none writes for itself; the writer has all they put in")
    void wakesTogether() throws Exception {
        outbox.company(2);
        put(1, SOME);
        assertFalse(outbox.claim(2));
        put(3, SOME);
        assertFalse(outbox.claim(2));
        outbox.companyWoken(2);
        assertTrue(outbox.awaitEmpty(LONG));
        assertEquals(2, byWriter.get());
    }

    @Test
    @DisplayName("Handlers that have nothing to say leave nothing behind: who waits for the end of all writing is told")
    void wakesForNothing() throws Exception {
        outbox.company(2);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                assertTrue(outbox.awaitEmpty(LONG));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        outbox.companyWoken(2);
        assertTrue(waiting.join(Duration.ofSeconds(5)));
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("The end while a caller is patient: the writer ends")
    void stops() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        outbox.stop();
        assertNull(outbox.nextForCaller());
        writer.join();
    }

    @Test
    @DisplayName("The end while the reader wakes handlers: the writer ends")
    void stopsMeanwhile() throws Exception {
        outbox.company(2);
        outbox.stop();
        outbox.companyWoken(2);
        writer.join();
    }
}
