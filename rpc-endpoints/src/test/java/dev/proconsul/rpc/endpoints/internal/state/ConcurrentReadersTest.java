package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.SessionBehavior;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Readers and waiters beside a writer that does not stop for them.
class ConcurrentReadersTest {
    private final Scene scene = new Scene();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        assertEquals(0, scene.store.watches().waiting());
        assertEquals(0, scene.store.watches().topics());
    }

    /// The writer ends a session that holds all keys and has a new one take them again: one version never shows a key
    /// held by a session that it does not have, and its index is never below that of a row.
    @Test
    void everyVersionIsConsistent() throws Exception {
        int keys = 20;
        var done = new AtomicBoolean();
        var readers = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 2; i++) {
            readers.add(threads.submit(() -> {
                int seen = 0;
                long last = 0;
                while (!done.get() || seen == 0) {
                    var version = scene.store.current();
                    last = assertConsistent(version, last);
                    seen++;
                }
                return seen;
            }));
        }
        try {
            for (int round = 0; round < 200; round++) {
                scene.session("s" + round, SessionBehavior.RELEASE, Duration.ZERO);
                for (int key = 0; key < keys; key++) {
                    scene.lock("k/" + key, "s" + round, "v");
                }
                scene.destroy("s" + round);
            }
        } finally {
            done.set(true);
        }
        for (var reader : readers) {
            assertTrue(get(reader) > 0);
        }
    }

    private static long assertConsistent(Version version, long last) {
        var rows = KvReads.list(version, "");
        assertTrue(rows.index() >= last, "a later version has a lower index");
        for (var entry : rows.value()) {
            assertTrue(entry.raftIndex().modifyIndex() <= rows.index());
            if (!entry.session().isEmpty()) {
                assertTrue(SessionReads.get(version, entry.session()).value().isPresent());
            }
        }
        return rows.index();
    }

    /// Two threads hand a number to and fro: each waits for the other's key, so one lost wake-up stops both.
    @Test
    void noWakeUpIsLostBetweenTwoWhoWaitForEachOther() throws Exception {
        int rounds = 2_000;
        var ping = threads.submit(() -> exchange("a", "b", rounds, true));
        var pong = threads.submit(() -> exchange("b", "a", rounds, false));
        assertEquals(rounds, get(ping));
        assertEquals(rounds, get(pong));
    }

    private int exchange(String own, String other, int rounds, boolean first) throws InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            if (first) {
                set(own, round);
            }
            awaitValue(other, round);
            if (!first) {
                set(own, round);
            }
        }
        return rounds;
    }

    /// Watchers of a key and of prefixes follow a writer that writes elsewhere, too, and all see its last word.
    @Test
    void allWatchersSeeTheLastWrite() throws Exception {
        int writes = 3_000;
        var followers = new ArrayList<Future<Integer>>();
        for (var prefix : List.of("", "k", "k/", "k/1", "k/1")) {
            followers.add(threads.submit(() -> followList(prefix, writes)));
        }
        followers.add(threads.submit(() -> awaitValue("k/1", writes)));
        for (int i = 1; i <= writes; i++) {
            set("k/1", i);
            set("elsewhere/" + i % 10, i);
        }
        for (var follower : followers) {
            assertTrue(get(follower) >= 1);
        }
    }

    private int followList(String prefix, int last) throws InterruptedException {
        for (int runs = 1;; runs++) {
            var watch = scene.store.watch();
            var version = scene.store.current();
            var rows = KvReads.list(new View(version, watch), prefix).value();
            if (rows.stream().filter(row -> row.key().equals("k/1")).anyMatch(row -> is(row, last))) {
                return runs;
            }
            assertTrue(watch.await(version, scene.store.nanoTime() + TimeUnit.SECONDS.toNanos(20)), "lost wake-up");
        }
    }

    private int awaitValue(String key, int value) throws InterruptedException {
        for (int runs = 1;; runs++) {
            var watch = scene.store.watch();
            var version = scene.store.current();
            if (KvReads.get(new View(version, watch), key).value().filter(row -> is(row, value)).isPresent()) {
                return runs;
            }
            assertTrue(watch.await(version, scene.store.nanoTime() + TimeUnit.SECONDS.toNanos(20)), "lost wake-up");
        }
    }

    private static boolean is(DirEntry row, int value) {
        return row.value().equals(Bytes.ofUtf8(Integer.toString(value)));
    }

    private void set(String key, int value) {
        synchronized (scene) { // the log: one command at a time
            scene.set(key, Integer.toString(value));
        }
    }

    private static int get(Future<Integer> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(30, TimeUnit.SECONDS);
    }
}
