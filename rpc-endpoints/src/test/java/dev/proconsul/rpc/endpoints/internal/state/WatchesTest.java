package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.structs.SessionBehavior;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who is woken by which write, and that nothing stays behind.
class WatchesTest {
    private static final long LONG = TimeUnit.MINUTES.toNanos(5);

    private final Scene scene = new Scene();
    private final List<Waiting> started = new ArrayList<>();

    /// A thread that reads, waits, and tells how it ended.
    private record Waiting(Thread thread, CompletableFuture<Boolean> woken) {
        boolean result() throws Exception {
            return woken.get(20, TimeUnit.SECONDS);
        }
    }

    private Waiting wait(Consumer<View> query) {
        int before = scene.store.watches().waiting();
        var woken = new CompletableFuture<Boolean>();
        var version = scene.store.current();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                var watch = scene.store.watch();
                query.accept(new View(version, watch));
                woken.complete(watch.await(version, scene.store.nanoTime() + LONG));
            } catch (InterruptedException e) {
                woken.completeExceptionally(e);
            }
        });
        var waiting = new Waiting(thread, woken);
        started.add(waiting);
        until(() -> scene.store.watches().waiting() == before + 1 || woken.isDone());
        return waiting;
    }

    private Waiting waitForKey(String key) {
        return wait(view -> KvReads.get(view, key));
    }

    private Waiting waitForPrefix(String prefix) {
        return wait(view -> KvReads.list(view, prefix));
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "condition not met in time");
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    /// Whoever a write wakes is counted before `apply` returns, so nobody can be woken later by what was written.
    private void assertAsleep(Waiting... waiting) {
        assertEquals(started.size() - waiting.length, scene.store.watches().wakeUps());
        until(() -> scene.store.watches().waiting() == waiting.length);
        for (var one : waiting) {
            assertFalse(one.woken.isDone());
        }
    }

    @AfterEach
    void nothingStaysRegistered() throws Exception {
        for (var waiting : started) {
            waiting.thread.interrupt();
            waiting.thread.join(20_000);
            assertFalse(waiting.thread.isAlive());
        }
        assertEquals(0, scene.store.watches().waiting());
        assertEquals(0, scene.store.watches().topics());
    }

    @Test
    @DisplayName("KVS row 60: a write to another key does not wake the watcher of an absent one")
    void aKeyIsWokenByItsOwnWritesOnly() throws Exception {
        var absent = waitForKey("absent");
        var other = waitForKey("abs");
        scene.set("ab", "1");
        scene.set("absent/below", "1");
        assertAsleep(absent, other);
        scene.set("absent", "1");
        assertTrue(absent.result());
        assertAsleep(other);
        scene.set("abs", "1");
        assertTrue(other.result());
    }

    @Test
    void deletingAKeyWakesItsWatcher() throws Exception {
        scene.set("a", "1");
        var waiting = waitForKey("a");
        scene.set("a", "1");
        assertAsleep(waiting);
        scene.delete("a");
        assertTrue(waiting.result());
    }

    @Test
    void aPrefixIsWokenByEverythingBelowAndNothingElse() throws Exception {
        scene.set("t/a", "1");
        var prefix = waitForPrefix("t/");
        var deeper = waitForPrefix("t/b/");
        var everything = waitForPrefix("");
        scene.delete("none");
        assertAsleep(prefix, deeper, everything);
        scene.set("u", "1");
        assertTrue(everything.result());
        assertAsleep(prefix, deeper);
        scene.set("t/a", "2");
        assertTrue(prefix.result());
        assertAsleep(deeper);
        scene.set("t/b/", "1");
        assertTrue(deeper.result());
    }

    @Test
    void aDeletedTreeWakesWhatWasThereAndWhatIsAbove() throws Exception {
        scene.set("t/b/c", "1");
        scene.set("t/b/d/e", "1");
        scene.set("t/x", "1");
        var key = waitForKey("t/b/c");
        var above = waitForPrefix("t/");
        var exact = waitForPrefix("t/b");
        var below = waitForPrefix("t/b/d/");
        var absentKey = waitForKey("t/b/none");
        var absentBelow = waitForPrefix("t/b/none/");
        var beside = waitForPrefix("t/x");
        scene.deleteTree("t/b");
        for (var woken : List.of(key, above, exact, below)) {
            assertTrue(woken.result());
        }
        assertAsleep(absentKey, absentBelow, beside);
    }

    @Test
    void reapingTombstonesWakesNobody() {
        scene.set("t/a", "1");
        scene.delete("t/a");
        var waiting = waitForPrefix("t/");
        scene.apply(Scene.reap(scene.index()));
        assertAsleep(waiting);
    }

    @Test
    void theEndOfASessionWakesWatchersOfItsKeysAndOfItself() throws Exception {
        scene.session("s", SessionBehavior.RELEASE, Duration.ZERO);
        scene.session("t", SessionBehavior.RELEASE, Duration.ZERO);
        scene.lock("l", "s", "v");
        var key = waitForKey("l");
        var session = wait(view -> SessionReads.get(view, "S"));
        var all = wait(SessionReads::list);
        var other = wait(view -> SessionReads.get(view, "t"));
        scene.destroy("s");
        assertTrue(key.result());
        assertTrue(session.result());
        assertTrue(all.result());
        assertAsleep(other);
    }

    @Test
    void aChangeBetweenReadingAndWaitingIsNotLost() throws Exception {
        var version = scene.store.current();
        var watch = scene.store.watch();
        KvReads.get(new View(version, watch), "a");
        scene.set("a", "1");
        assertTrue(watch.await(version, scene.store.nanoTime() + LONG));
        assertEquals(0, scene.store.watches().wakeUps());
    }

    /// With a deadline in the past, `true` can only come from comparing the versions.
    @Test
    void aChangeElsewhereBetweenReadingAndWaitingDoesNotWake() throws Exception {
        scene.set("ab", "1");
        var version = scene.store.current();
        var watch = scene.store.watch();
        KvReads.get(new View(version, watch), "ab");
        KvReads.list(new View(version, watch), "ab");
        KvReads.list(new View(version, watch), "ab/");
        scene.set("ac", "1"); // splits the edge to "ab"
        assertFalse(watch.await(version, scene.store.nanoTime()));
        scene.delete("ac"); // and joins it again
        assertFalse(watch.await(version, scene.store.nanoTime()));
        scene.set("ab/", "1");
        assertTrue(watch.await(version, scene.store.nanoTime()));
    }

    @Test
    void aDeadlineEndsTheWaitWithoutAChange() throws Exception {
        var nanos = new AtomicLong();
        var store = new StateStore(Commands.all(), SnapshotRecords.FORM, scene.clock, () -> nanos.getAndAdd(1_000_000));
        var watch = store.watch();
        var version = store.current();
        KvReads.get(new View(version, watch), "a");
        assertFalse(watch.await(version, 3_000_000));
        assertFalse(watch.await(version, Long.MIN_VALUE / 2));
        assertEquals(0, store.watches().waiting());
        assertEquals(0, store.watches().topics());
    }

    @Test
    void anInterruptEndsTheWaitAndFreesIt() {
        var waiting = waitForKey("a");
        assertEquals(1, scene.store.watches().topics());
        waiting.thread.interrupt();
        var failure = assertThrows(ExecutionException.class, waiting::result);
        assertInstanceOf(InterruptedException.class, failure.getCause());
    }

    @Test
    void theSameTopicTwiceIsFreedOnce() throws Exception {
        var waiting = wait(view -> {
            KvReads.get(view, "a");
            KvReads.get(view, "a");
            KvReads.list(view, "a");
        });
        assertEquals(2, scene.store.watches().topics());
        scene.set("a", "1");
        assertTrue(waiting.result());
    }

    @Test
    void manyWatchersOfOneKeyAreAllWoken() throws Exception {
        var waiting = startMany(2_000, i -> "same");
        assertEquals(1, scene.store.watches().topics());
        scene.set("same", "1");
        for (var one : waiting) {
            assertTrue(one.result());
        }
    }

    @Test
    void tenThousandWatchersSleepWhileOneIsWoken() throws Exception {
        var waiting = startMany(10_000, i -> "key/" + i);
        assertEquals(10_000, scene.store.watches().topics());
        scene.set("key/77", "1");
        assertTrue(waiting.get(77).result());
        assertEquals(1, scene.store.watches().wakeUps());
        until(() -> scene.store.watches().waiting() == 9_999);
        assertEquals(1, waiting.stream().filter(one -> one.woken.isDone()).count());
        assertEquals(9_999, scene.store.watches().topics());
        waiting.forEach(one -> one.thread.interrupt());
        until(() -> scene.store.watches().waiting() == 0);
        assertEquals(0, scene.store.watches().topics());
    }

    private List<Waiting> startMany(int count, IntFunction<String> key) {
        var version = scene.store.current();
        for (int i = 0; i < count; i++) {
            var name = key.apply(i);
            var woken = new CompletableFuture<Boolean>();
            started.add(new Waiting(Thread.ofVirtual().start(() -> {
                try {
                    var watch = scene.store.watch();
                    KvReads.get(new View(version, watch), name);
                    woken.complete(watch.await(version, scene.store.nanoTime() + LONG));
                } catch (InterruptedException e) {
                    woken.completeExceptionally(e);
                }
            }), woken));
        }
        until(() -> scene.store.watches().waiting() == count);
        return List.copyOf(started);
    }
}
