package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.state.StateCommand;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The rules of waiting, by the steps of Consul's algorithm.
class BlockingQueriesTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final StateStore store = new StateStore(Commands.all(), SnapshotRecords.FORM, InstantSource.system(), System::nanoTime);
    private final SingleServer consensus = new SingleServer(new ServerInfo("id", "s1", "dc1", "127.0.0.1:8300"), store);
    private final AtomicInteger runs = new AtomicInteger();
    private final BlockingQueries queries = new BlockingQueries(store, consensus, QueryTimes.DEFAULT,
            TestHost.ready(), _ -> 0);

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, queries.blocking());
        assertEquals(0, store.watches().waiting());
        assertEquals(0, store.watches().topics());
    }

    @Test
    @DisplayName("KVS row 18: an index is never 0")
    void indexHasAFloorOfOne() throws Exception {
        var reply = get("none", QueryOptions.ZERO);

        assertEquals(1, reply.queryMeta().index());
        assertTrue(reply.queryMeta().knownLeader());
        assertEquals(Duration.ZERO, reply.queryMeta().lastContact());
    }

    @Test
    @DisplayName("an index in the past is answered at once")
    void oldIndex() throws Exception {
        set("a", "1");

        assertEquals(3, get("a", waiting(2, LONG)).queryMeta().index());
    }

    @Test
    @DisplayName("KVS row 58: a write to what was read wakes")
    void wakes() throws Exception {
        long index = set("a", "1");
        var held = hold("a", waiting(index, LONG));
        set("b", "unrelated");
        long written = set("a", "2");

        assertEquals(written, held.get(10, TimeUnit.SECONDS).queryMeta().index());
    }

    @Test
    @DisplayName("a restored snapshot ends every wait, also if the index has fallen below the caller's")
    void aRestoreEndsWaits() throws Exception {
        var empty = consensus.snapshot();
        var state = new ByteArrayOutputStream();
        empty.state().writeTo(state);
        set("a", "1");
        var held = hold("a", waiting(set("a", "2"), LONG));
        consensus.restore(1, new ByteArrayInputStream(state.toByteArray()));

        assertEquals(1, held.get(10, TimeUnit.SECONDS).queryMeta().index());
    }

    @Test
    @DisplayName("KVS rows 55, 59: when the time is over, the present result is the answer, and no error")
    void timeIsOver() throws Exception {
        long index = set("a", "1");

        var same = get("a", waiting(index, Duration.ofMillis(20)));
        var future = get("a", waiting(99_999_999, Duration.ofMillis(20)));

        assertEquals(index, same.queryMeta().index());
        assertEquals("1", same.entries().getFirst().value().toUtf8());
        assertEquals(index, future.queryMeta().index());
    }

    @Test
    @DisplayName("KVS row 60: who waits for what is not there is woken by its coming, and not by other keys")
    void missing() throws Exception {
        long index = set("other", "1");
        var held = hold("none", waiting(index, LONG));
        set("other", "2");
        assertFalse(held.isDone());
        long written = set("none", "here");

        assertEquals(written, held.get(10, TimeUnit.SECONDS).queryMeta().index());
    }

    @Test
    @DisplayName("what was missing at two runs raises the threshold to the index of the second")
    void missingTwice() throws Exception {
        long index = set("x", "1");
        // Reads "a" for its watch, but claims that nothing is there and that the index has moved on.
        BlockingQueries.Query<IndexedDirEntries> query = state -> {
            KvReads.get(state, "a");
            int run = runs.incrementAndGet();
            return run < 3
                    ? Result.notFound(index + run - 1, IndexedDirEntries.ZERO)
                    : Result.found(index + 10, IndexedDirEntries.ZERO);
        };
        var request = KeyRequest.ZERO.withQueryOptions(waiting(index, LONG));
        var held = start(() -> queries.ask(KVS.GET, request, Authorizer.EVERYTHING, query));
        awaitWaiting(1);
        set("a", "1");
        awaitRuns(runs, 2);
        awaitWaiting(1);
        set("a", "2");

        assertEquals(index + 10, held.get(10, TimeUnit.SECONDS).queryMeta().index());
        assertEquals(3, runs.get());
    }

    @Test
    @DisplayName("an interrupt ends the wait and leaves nothing behind")
    void interrupted() throws Exception {
        var outcome = new CompletableFuture<Throwable>();
        var thread = Thread.startVirtualThread(() -> {
            try {
                get("a", waiting(1, LONG));
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        awaitWaiting(1);
        thread.interrupt();

        assertEquals(InterruptedException.class, outcome.get(10, TimeUnit.SECONDS).getClass());
        thread.join();
    }

    @Test
    @DisplayName("closing answers everybody with what there is, and lets nobody wait any more")
    void closing() throws Exception {
        long index = set("a", "1");
        var held = hold("a", waiting(index, LONG));
        queries.close();

        assertEquals(index, held.get(10, TimeUnit.SECONDS).queryMeta().index());
        assertEquals(index, get("a", waiting(index, LONG)).queryMeta().index());
        assertFalse(Thread.interrupted());
    }

    @Test
    @DisplayName("KVS row 54: a consistent read asks whether this server leads, also while it waits")
    void consistent() throws Exception {
        long index = set("a", "1");
        assertEquals(index, get("a", QueryOptions.ZERO.withRequireConsistent(true)).queryMeta().index());
        var held = hold("a", waiting(index, LONG).withRequireConsistent(true));
        consensus.close();
        store.apply(100, command("a", "2"));

        var failure = assertThrows(ExecutionException.class, () -> held.get(10, TimeUnit.SECONDS));
        assertEquals(RpcException.class, failure.getCause().getClass());
        assertThrows(RpcException.class, () -> get("a", QueryOptions.ZERO.withRequireConsistent(true)));
    }

    @Test
    @DisplayName("callers who wait for the same thing make it run once for each version")
    void shared() throws Exception {
        long index = set("a", "1");
        var held = List.of(hold("a", waiting(index, LONG)), hold("a", waiting(index, LONG)),
                hold("a", waiting(index, LONG)));
        assertEquals(1, runs.get(), "nobody had written in between");
        var other = hold("b", waiting(index, LONG));
        long written = set("a", "2");

        for (var one : held) {
            assertEquals(written, one.get(10, TimeUnit.SECONDS).queryMeta().index());
        }
        assertEquals(3, runs.get(), "once before the write and once after, and once for the other key");
        queries.close();
        other.get(10, TimeUnit.SECONDS);
        assertEquals(0, queries.held());
    }

    @Test
    void waitingTimesHaveADefaultAndACap() {
        assertEquals(Duration.ofSeconds(300), QueryTimes.DEFAULT.waitFor(Duration.ZERO));
        assertEquals(Duration.ofSeconds(300), QueryTimes.DEFAULT.waitFor(Duration.ofSeconds(-1)));
        assertEquals(Duration.ofSeconds(5), QueryTimes.DEFAULT.waitFor(Duration.ofSeconds(5)));
        assertEquals(Duration.ofSeconds(600), QueryTimes.DEFAULT.waitFor(Duration.ofSeconds(601)));
    }

    private static QueryOptions waiting(long index, Duration time) {
        return QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(time);
    }

    private IndexedDirEntries get(String key, QueryOptions options) throws RpcException, InterruptedException {
        var request = KeyRequest.ZERO.withKey(key).withQueryOptions(options);
        return queries.ask(KVS.GET, request, Authorizer.EVERYTHING, state -> {
            runs.incrementAndGet();
            var found = KvReads.get(state, key);
            var reply = IndexedDirEntries.ZERO.withEntries(found.value().stream().toList());
            return found.value().isPresent() ? Result.found(found.index(), reply) : Result.notFound(found.index(), reply);
        });
    }

    private FutureTask<IndexedDirEntries> hold(String key, QueryOptions options) {
        int waiting = store.watches().waiting();
        var held = start(() -> get(key, options));
        awaitWaiting(waiting + 1);
        return held;
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        return task;
    }

    private void awaitWaiting(int count) {
        awaitTrue(() -> store.watches().waiting() == count);
    }

    private static void awaitRuns(AtomicInteger runs, int count) {
        awaitTrue(() -> runs.get() == count);
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "what the test waits for did not come");
            Thread.yield();
        }
    }

    private long set(String key, String value) throws RpcException, InterruptedException {
        consensus.apply(command(key, value));
        return consensus.statistics().lastIndex();
    }

    private static StateCommand<?> command(String key, String value) {
        return Commands.KVS.with(KVSRequest.ZERO.withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.ofUtf8(value))));
    }
}
