package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The order in which a writer and a waiter do their steps, each forced without a race.
class PublishingTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final List<String> steps = new ArrayList<>();
    /// Time is asked for when a lock delay starts and when the reaper hears of a delete: what is visible then?
    private final StateStore store = new StateStore(Commands.all(), SnapshotRecords.FORM, this::look, System::nanoTime);

    private Instant look() {
        var key = KvReads.get(store.current(), "l").value();
        steps.add((key.isPresent() ? "held" : "gone") + ", " + store.watches().wakeUps() + " woken");
        return NOW;
    }

    /// The waiter stands before the door of the registry while the key is written: the writer cannot find it, so it
    /// must find the write when it is through the door.
    @Test
    void aWaiterComparesAfterItIsRegistered() throws Exception {
        var version = store.current();
        var woken = new CompletableFuture<Boolean>();
        Thread waiter;
        synchronized (store.watches()) {
            waiter = Thread.ofVirtual().start(() -> waitFor(version, woken));
            until(waiter, Thread.State.BLOCKED);
            kv(1, KVOp.SET, DirEntry.ZERO.withKey("l"));
        }
        try {
            assertTrue(woken.get(10, TimeUnit.SECONDS));
        } finally {
            waiter.interrupt();
        }
        assertEquals(0, store.watches().wakeUps());
    }

    /// First the delay, then the version, then the waiters: nobody sees a free key without its delay, and whoever is
    /// not found by the writer finds the version.
    @Test
    void aWriterPublishesBetweenDelaysAndWakeUps() throws Exception {
        store.apply(1, Commands.REGISTER.with(RegisterRequest.ZERO.withNode("n").withAddress("127.0.0.1")));
        store.apply(2, session(SessionOp.CREATE));
        kv(3, KVOp.LOCK, DirEntry.ZERO.withKey("l").withSession("s"));
        var version = store.current();
        var woken = new CompletableFuture<Boolean>();
        var waiter = Thread.ofVirtual().start(() -> waitFor(version, woken));
        until(waiter, Thread.State.TIMED_WAITING);
        store.tombstones().lead(3);
        steps.clear();
        store.apply(4, session(SessionOp.DESTROY));
        assertEquals(List.of("held, 0 woken", "gone, 0 woken"), steps);
        assertEquals(1, store.watches().wakeUps());
        assertTrue(woken.get(10, TimeUnit.SECONDS));
    }

    private void waitFor(Version version, CompletableFuture<Boolean> woken) {
        try {
            var watch = store.watch();
            KvReads.get(new View(version, watch), "l");
            woken.complete(watch.await(version, store.nanoTime() + TimeUnit.SECONDS.toNanos(30)));
        } catch (InterruptedException e) {
            woken.completeExceptionally(e);
        }
    }

    private void kv(long index, KVOp op, DirEntry entry) {
        store.apply(index, Commands.KVS.with(KVSRequest.ZERO.withOp(op).withDirEnt(entry)));
    }

    private static StateCommand<?> session(SessionOp op) {
        var session = Session.ZERO.withId("s").withNode("n").withBehavior(SessionBehavior.DELETE)
                .withLockDelay(Duration.ofSeconds(15));
        return Commands.SESSION.with(SessionRequest.ZERO.withOp(op).withSession(session));
    }

    private static void until(Thread thread, Thread.State state) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (thread.getState() != state) {
            assertTrue(System.nanoTime() < deadline, () -> "thread is " + thread.getState() + ", expected " + state);
            Thread.yield();
        }
    }
}
