package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallOptions.Consistency;
import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.StillTime;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.IndexedNodes;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.ReadRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What facades ask, seen by calls that the test answers.
class AskTest {
    private final Script script = new Script();

    private static final class Script implements Calls {
        final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> replies = new LinkedBlockingQueue<>();
        final Semaphore turns = new Semaphore(2);
        private final Closings closings = new Closings(new StillTime());

        @Override
        @SuppressWarnings("unchecked") // the test gives what fits
        public <Q, R> R call(Method<Q, R> method, Q request) throws InterruptedException {
            asked.add(request);
            return (R) replies.take();
        }

        @Override
        public boolean closed() {
            return false;
        }

        @Override
        public Semaphore turns() {
            return turns;
        }

        @Override
        public Closings closings() {
            return closings;
        }

        QueryOptions next() throws InterruptedException {
            return ((ReadRequest) nextRequest()).queryOptions();
        }

        Object nextRequest() throws InterruptedException {
            var request = asked.poll(10, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("nothing was asked");
            }
            return request;
        }
    }

    private KvClient kv(CallOptions options) {
        return new KvClient(new Ask(script, options));
    }

    private static IndexedDirEntries entries(long index, Duration lastContact) {
        return IndexedDirEntries.ZERO.withQueryMeta(QueryMeta.ZERO.withIndex(index).withLastContact(lastContact));
    }

    @Test
    @DisplayName("options become fields of the request")
    void options() throws Exception {
        script.replies.add(entries(1, Duration.ZERO));
        var options = CallOptions.DEFAULT.withDatacenter("dc2").withToken("t").withFilter("f")
                .withConsistency(Consistency.CONSISTENT);
        kv(options).get("k");
        assertEquals(new KeyRequest("dc2", "k", QueryOptions.ZERO.withToken("t").withFilter("f")
                .withRequireConsistent(true)), script.nextRequest());
    }

    @Test
    @DisplayName("calls.md 10 B19: stale and consistent exclude each other by their type; so does an age of stale answers")
    void conflictingConsistencies() throws Exception {
        for (var consistency : Consistency.values()) {
            script.replies.add(entries(1, Duration.ZERO));
            kv(CallOptions.DEFAULT.withConsistency(consistency)).get("k");
            var query = script.next();
            assertFalse(query.allowStale() && query.requireConsistent());
        }
        var aged = CallOptions.DEFAULT.withMaxStale(Duration.ofSeconds(1));
        assertEquals(Duration.ZERO, aged.withConsistency(Consistency.CONSISTENT).maxStale());
        assertThrows(IllegalArgumentException.class, () -> new CallOptions("", "", Consistency.CONSISTENT,
                Duration.ofSeconds(1), "", WatchOptions.DEFAULT));
    }

    @Test
    @DisplayName("calls.md 10 B20: a stale answer older than allowed is asked for again, without stale")
    void tooStale() throws Exception {
        var kv = kv(CallOptions.DEFAULT.withMaxStale(Duration.ofSeconds(5)));
        script.replies.add(entries(1, Duration.ofSeconds(6)));
        script.replies.add(entries(2, Duration.ZERO));
        kv.get("k");
        assertTrue(script.next().allowStale());
        assertFalse(script.next().allowStale());

        script.replies.add(entries(1, Duration.ofSeconds(5)));
        kv.get("k");
        assertTrue(script.next().allowStale());
        assertTrue(script.asked.isEmpty());
    }

    @Test
    @DisplayName("calls.md 10 B20: so it is in a watch")
    void tooStaleWhileWatching() throws Exception {
        try (var watch = kv(CallOptions.DEFAULT.withMaxStale(Duration.ofSeconds(5))).watch("k")) {
            script.replies.add(entries(1, Duration.ofSeconds(6)));
            script.replies.add(entries(2, Duration.ZERO));
            assertEquals(2, watch.next().index());
            assertEquals(0, script.next().minQueryIndex());
            assertFalse(script.next().allowStale());
            var waiting = script.next();
            assertTrue(waiting.allowStale());
            assertEquals(2, waiting.minQueryIndex());
        }
    }

    @Test
    @DisplayName("calls.md 10 B16: a watch lets the server leave out what has not changed, and keeps what it has")
    void notModified() throws Exception {
        var ask = new Ask(script, CallOptions.DEFAULT.withWatching(
                WatchOptions.DEFAULT.withPatience(Duration.ofNanos(1)))); // so that every wait was long enough
        var nodes = List.of(Node.ZERO.withNode("n1"));
        try (var watch = new CatalogClient(ask).watchNodes()) {
            script.replies.add(new IndexedNodes(nodes, QueryMeta.ZERO.withIndex(7)));
            assertEquals(nodes, watch.next().value());
            assertFalse(script.next().allowNotModifiedResponse());
            assertTrue(script.next().allowNotModifiedResponse());
            script.replies.add(new IndexedNodes(List.of(), QueryMeta.ZERO.withIndex(7).withNotModified(true)));
            assertEquals(7, script.next().minQueryIndex());
            assertEquals(Optional.of(nodes), watch.latest().map(Watch.Update::value));
            script.replies.add(new IndexedNodes(List.of(), QueryMeta.ZERO.withIndex(8)));
            assertEquals(List.of(), watch.next().value());
        }
    }

    @Test
    @DisplayName("watches that begin at once ask some at a time, and those that wait do not count")
    void takesTurns() throws Exception {
        var kv = kv(CallOptions.DEFAULT);
        var watches = List.of(kv.watch("1"), kv.watch("2"), kv.watch("3"));
        script.nextRequest();
        script.nextRequest();
        assertEquals(0, script.turns.availablePermits());
        assertTrue(script.asked.isEmpty());

        script.replies.add(entries(1, Duration.ZERO));
        assertEquals(Set.of(0L, 1L), Set.of(script.next().minQueryIndex(), script.next().minQueryIndex()));
        script.replies.add(entries(2, Duration.ZERO)); // for any of the three
        script.next();
        watches.forEach(Watch::close);
        script.turns.acquire(2);
    }

    @Test
    @DisplayName("calls.md 4.1: a watch asks with its patience, in its datacenter")
    void watches() throws Exception {
        try (var watch = new CatalogClient(new Ask(script, CallOptions.DEFAULT.withDatacenter("dc2"))).watchNodes()) {
            script.replies.add(IndexedNodes.ZERO.withQueryMeta(QueryMeta.ZERO.withIndex(3)));
            watch.next();
            script.next();
            var request = (DCSpecificRequest) script.nextRequest();
            assertEquals("dc2", request.datacenter());
            assertEquals(Duration.ofMinutes(5), request.queryOptions().maxQueryTime());
            assertEquals(3, request.queryOptions().minQueryIndex());
        }
    }
}
