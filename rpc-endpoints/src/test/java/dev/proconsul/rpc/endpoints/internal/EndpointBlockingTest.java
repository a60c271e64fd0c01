package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who is woken by which registration.
class EndpointBlockingTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestHost test = new TestHost();

    @BeforeEach
    void register() throws Exception {
        register("h1", "db", "passing");
        register("h2", "other", "passing");
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, test.host.queries().blocking());
        assertEquals(0, test.store.watches().waiting());
        assertEquals(0, test.store.watches().topics());
    }

    private long register(String node, String service, String status) throws Exception {
        test.call(Catalog.REGISTER, RegisterRequest.ZERO.withNode(node).withAddress("10.0.0.1")
                .withService(NodeService.ZERO.withService(service))
                .withCheck(HealthCheck.ZERO.withCheckID("c").withServiceID(service).withStatus(status)));
        return test.index();
    }

    private IndexedCheckServiceNodes health(String service, long index, Duration wait) throws Exception {
        return test.call(Health.SERVICE_NODES, ServiceSpecificRequest.ZERO.withServiceName(service)
                .withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(wait)));
    }

    private <T> FutureTask<T> hold(Callable<T> call) {
        int before = test.store.watches().waiting();
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (test.store.watches().waiting() == before) {
            assertTrue(System.nanoTime() < deadline, "the query does not wait");
            Thread.yield();
        }
        return task;
    }

    private static <T> T answer(FutureTask<T> held) throws Exception {
        return held.get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("Rows 55, 56, 59: the time is over; the index is in the past; the index is in the future")
    void times() throws Exception {
        long now = health("db", 0, Duration.ZERO).queryMeta().index();

        assertEquals(now, health("db", now, Duration.ofMillis(20)).queryMeta().index());
        assertEquals(now, health("db", 1, LONG).queryMeta().index());
        assertEquals(now, health("db", 99_999_999, Duration.ofMillis(20)).queryMeta().index());
    }

    @Test
    @DisplayName("Rows 57, 58: what is elsewhere wakes nobody; a check of the service does")
    void wakesByItsOwn() throws Exception {
        long now = health("db", 0, Duration.ZERO).queryMeta().index();
        var held = hold(() -> health("db", now, LONG));
        test.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("a")));
        register("h2", "other", "critical");
        register("h3", "third", "passing");
        assertEquals(0, test.store.watches().wakeUps());
        long changed = register("h1", "db", "warning");

        assertEquals(changed, answer(held).queryMeta().index());
        assertEquals("warning", answer(held).nodes().getFirst().checks().getFirst().status());
    }

    @Test
    @DisplayName("Who waits for a service that is not there is woken by its first instance")
    void wakesByTheFirst() throws Exception {
        long now = health("new", 0, Duration.ZERO).queryMeta().index();
        var held = hold(() -> health("new", now, LONG));
        register("h4", "fourth", "passing");
        assertEquals(0, test.store.watches().wakeUps());
        long came = register("h5", "new", "passing");

        assertEquals(came, answer(held).queryMeta().index());
    }

    @Test
    @DisplayName("Row 60: who waits for an absent key is not woken by another")
    void absentKey() throws Exception {
        test.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("a")));
        long now = test.index();
        var held = hold(() -> test.call(KVS.GET, KeyRequest.ZERO.withKey("absent")
                .withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(now).withMaxQueryTime(LONG))));
        test.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("b")));
        assertEquals(0, test.store.watches().wakeUps());
        test.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("absent")));

        assertEquals(test.index(), answer(held).queryMeta().index());
    }

    @Test
    @DisplayName("Rows 61, 62: who knows the list already may be told just that")
    void notModified() throws Exception {
        var options = QueryOptions.ZERO.withAllowNotModifiedResponse(true);
        long now = test.call(Catalog.LIST_NODES, DCSpecificRequest.ZERO).queryMeta().index();

        var known = test.call(Catalog.LIST_NODES, DCSpecificRequest.ZERO.withQueryOptions(
                options.withMinQueryIndex(now).withMaxQueryTime(Duration.ofMillis(20))));
        assertTrue(known.queryMeta().notModified());
        assertTrue(Nil.is(known.nodes()));

        var other = test.call(Catalog.LIST_NODES,
                DCSpecificRequest.ZERO.withQueryOptions(options.withMinQueryIndex(1)));
        assertFalse(other.queryMeta().notModified());
        assertEquals(2, other.nodes().size());
    }
}
