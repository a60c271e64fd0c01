package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who writes when callers may, step by step. The test is the reader and one caller; others, and the writer, are threads.
@Timeout(20)
class CallersWriteTest {
    private static final SessionClosed END = new SessionClosed("over", Origin.LOCAL, 0);
    private static final int SOME = 100;
    private static final int MANY = 3_000;
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
        while (!outbox.duty().isFree() && !Thread.interrupted()) {
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
        assertEquals(0, byAnother(true, SOME));
        assertEquals(2, takeAndWrite());
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("A round that is worth a write does not wait for the patient: who puts in the next frame writes it")
    void isOvertaken() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        assertEquals(2, byAnother(true, MANY));
        assertTrue(outbox.duty().isFree());
        assertNull(outbox.nextForCaller());
        outbox.callerDone();
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("A platform thread does not wait for a virtual thread that lets others go first")
    void isOvertakenByAPlatformThread() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        assertEquals(0, byAnother(true, SOME), "a virtual thread does");
        assertEquals(3, byAnother(false, SOME));
        assertNull(outbox.nextForCaller());
    }

    @Test
    @DisplayName("A frame without data that comes while a caller is patient leaves with its round")
    void takesControlFramesAlong() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        outbox.lazily(FrameType.WINDOW_UPDATE, Flags.FIN, 1, 0);
        assertEquals(2, takeAndWrite());
    }

    /// {@return how many frames another thread writes after it has put in one, 0 if it need not write}
    private int byAnother(boolean virtual, int bytes) throws Exception {
        FutureTask<Integer> writing = new FutureTask<>(() -> {
            put(3, bytes);
            if (!outbox.claim(2)) {
                return 0;
            }
            assertFalse(outbox.duty().isPatient());
            return takeAndWrite();
        });
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(writing);
        return writing.get();
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
        assertEquals(0, byAnother(true, SOME));
        assertEquals(0, byAnother(true, SOME));
        outbox.companyWoken(2);
        assertTrue(outbox.awaitEmpty(LONG));
        assertEquals(2, byWriter.get());
    }

    @Test
    @DisplayName("While the reader wakes several handlers, enough bytes are written at once")
    void doesNotWaitForAllToBeWoken() throws Exception {
        outbox.company(2);
        assertEquals(1, byAnother(true, MANY));
        put(5, SOME);
        outbox.companyWoken(2);
        assertTrue(outbox.awaitEmpty(LONG));
        assertEquals(1, byWriter.get());
    }

    @Test
    @DisplayName("Handlers that have nothing to say leave nothing behind: who waits for the end of all writing is told")
    void wakesForNothing() throws Exception {
        outbox.company(2);
        FutureTask<Boolean> waiting = new FutureTask<>(() -> outbox.awaitEmpty(LONG));
        Thread thread = Thread.ofVirtual().start(waiting);
        while (thread.getState() != Thread.State.TIMED_WAITING && !Thread.interrupted()) {
            Thread.onSpinWait();
        }
        outbox.companyWoken(2);
        assertTrue(waiting.get(5, TimeUnit.SECONDS));
        assertTrue(outbox.duty().isFree());
    }

    @Test
    @DisplayName("What is dropped while a caller is patient is not written, and nobody waits for it")
    void dropsWhatWaits() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        outbox.end(END, true);
        assertNull(outbox.nextForCaller());
        outbox.callerDone();
        assertTrue(outbox.awaitEmpty(LONG));
    }

    @Test
    @DisplayName("The end while a caller is patient: the writer ends")
    void stops() throws Exception {
        put(1, SOME);
        assertTrue(outbox.claim(2));
        outbox.stop();
        assertNull(outbox.nextForCaller());
        outbox.callerDone();
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
