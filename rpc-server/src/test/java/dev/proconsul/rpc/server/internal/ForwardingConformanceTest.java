package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Three servers of one datacenter on real ports: rows of calls.md section 10 on forwarding, seen by a client.
class ForwardingConformanceTest {
    private static final Duration HOLD = Duration.ofMillis(400);
    private static final QueryOptions STALE = QueryOptions.ZERO.withAllowStale(true);

    private ClusterOfServers cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = ClusterOfServers.of("dc1", 3, config -> config.withDrainTime(Duration.ofMillis(500))
                .withPeers(config.peers().withHoldTimeout(HOLD)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    /// Its reply is false: a verb that cannot fail has no result.
    private static KVSRequest set(String key, String value) {
        return KVSRequest.ZERO.withDatacenter("dc1").withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.of(value.getBytes())));
    }

    private static KeyRequest get(String key) {
        return KeyRequest.ZERO.withDatacenter("dc1").withKey(key);
    }

    /// One call over a connection of its own, so that nothing but the server decides.
    private static <Q, R> R call(RpcServer server, Method<Q, R> method, Q request) throws Exception {
        try (var client = RpcClient.connect(ClientConfig.of(server.address()).withTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(20)))) {
            return client.call(method, request);
        }
    }

    private static <Q, R> String error(RpcServer server, Method<Q, R> method, Q request) {
        return assertThrows(RpcException.class, () -> server.endpoints().call(method, request)).getMessage();
    }

    private static String value(IndexedDirEntries reply) {
        return new String(reply.entries().getFirst().value().toByteArray());
    }

    @Test
    @DisplayName("F1: a follower answers default reads and writes through the leader, over the wire and in process")
    void aFollowerForwards() throws Exception {
        var follower = cluster.follower();
        call(follower, KVS.APPLY, set("a", "1"));
        var reply = call(follower, KVS.GET, get("a"));
        assertEquals("1", value(reply));
        assertTrue(reply.queryMeta().knownLeader());
        assertEquals(Duration.ZERO, reply.queryMeta().lastContact());

        follower.endpoints().call(KVS.APPLY, set("a", "2"));
        assertEquals("2", value(follower.endpoints().call(KVS.GET, get("a"))));
        assertEquals("2", value(call(cluster.leader(), KVS.GET, get("a"))));
    }

    @Test
    @DisplayName("F1: what a follower passes on is what the leader would have said, byte by byte, unknown fields too")
    void bytesArePassedOn() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        // KVS.Get, key a, and a field that no server knows
        var request = "82a353657107ad536572766963654d6574686f64a74b56532e476574"
                + "82a34b6579a161a94e6f4f6e654b6e6f7773c3";
        String direct;
        try (var wire = Wire.to(cluster.leader().address())) {
            direct = answer(wire, request);
        }
        try (var wire = Wire.to(cluster.follower().address())) {
            assertEquals(direct, answer(wire, request));
        }
        assertTrue(direct.contains("a34b6579a161"), direct);
    }

    private static String answer(Wire wire, String request) throws IOException {
        wire.send(Wire.hex("00"), Wire.hex(request));
        wire.finish();
        return HexFormat.of().formatHex(wire.readToEnd());
    }

    @Test
    void aLongRequestAndALongReplyPassThrough() throws Exception {
        var value = "0123456789abcdef".repeat(30_000);
        call(cluster.follower(), KVS.APPLY, set("long", value));
        assertEquals(value, value(call(cluster.follower(), KVS.GET, get("long"))));
    }

    @Test
    @DisplayName("F2: a follower that has heard of a leader answers stale reads itself, also while it lags")
    void aStaleReadIsLocal() throws Exception {
        cluster.agreement.delay = Duration.ofMillis(1_500);
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        assertTrue(call(cluster.follower(), KVS.GET, get("a").withQueryOptions(STALE)).entries().isEmpty());
        assertEquals("1", value(call(cluster.follower(), KVS.GET, get("a"))));
        Conditions.within(Duration.ofSeconds(10), () -> isThere("a"), () -> "the follower does not catch up");
    }

    private boolean isThere(String key) {
        try {
            return !cluster.follower().endpoints().call(KVS.GET, get(key).withQueryOptions(STALE)).entries().isEmpty();
        } catch (RpcException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("F3: a server that never heard of a leader does not answer stale reads")
    void aServerWithoutALeader() throws Exception {
        try (var lonely = ClusterOfServersWithoutQuorum.start(HOLD)) {
            long start = System.nanoTime();
            assertEquals("No cluster leader", error(lonely.server(), KVS.GET, get("a").withQueryOptions(STALE)));
            assertTrue(System.nanoTime() - start >= HOLD.toNanos());
        }
    }

    @Test
    @DisplayName("F4, F5: without a quorum reads and writes wait and fail, stale reads are answered at once")
    void withoutAQuorum() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        var follower = cluster.follower();
        cluster.agreement.depose();

        long start = System.nanoTime();
        assertEquals("No cluster leader", error(follower, KVS.GET, get("a")));
        assertTrue(System.nanoTime() - start >= HOLD.toNanos());
        assertEquals("No cluster leader", error(follower, KVS.APPLY, set("a", "2")));

        var stale = follower.endpoints().call(KVS.GET, get("a").withQueryOptions(STALE));
        assertFalse(stale.queryMeta().knownLeader());
        assertTrue(stale.queryMeta().lastContact().isPositive());
    }

    @Test
    void aCallThatWaitsIsAnsweredByTheNextLeader() throws Exception {
        var follower = cluster.followerName();
        var client = cluster.client(follower);
        cluster.agreement.depose();
        var write = CompletableFuture.supplyAsync(() -> {
            try {
                return client.call(KVS.APPLY, set("a", "1"));
            } catch (CallException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, Executors.newVirtualThreadPerTaskExecutor());
        cluster.agreement.elect(follower);
        write.get(20, TimeUnit.SECONDS);
        assertEquals("1", value(client.call(KVS.GET, get("a"))));
        client.close();
    }

    @Test
    @DisplayName("F6, F24: a consistent read is refused by a server that does not lead")
    void aConsistentReadNeedsTheLeader() {
        assertEquals("node is not the leader",
                error(cluster.follower(), KVS.GET, get("a").withQueryOptions(STALE.withRequireConsistent(true))));
    }

    @Test
    void aConsistentReadGoesToTheLeader() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        var consistent = QueryOptions.ZERO.withRequireConsistent(true);
        assertEquals("1", value(call(cluster.follower(), KVS.GET, get("a").withQueryOptions(consistent))));
    }

    @Test
    @DisplayName("F7: a leader that membership does not know is an error at once")
    void aLeaderThatIsNotTracked() {
        var follower = cluster.follower();
        cluster.agreement.forget(cluster.leaderName());
        assertEquals("Raft leader not found in server lookup mapping", error(follower, KVS.GET, get("a")));
    }

    @Test
    @DisplayName("F8, F9: an empty datacenter is this one, an unknown one has no path, on every server")
    void datacenters() throws Exception {
        for (var server : List.of(cluster.leader(), cluster.follower())) {
            assertEquals("No path to datacenter", error(server, KVS.GET, get("a").withDatacenter("dc9")));
            assertEquals("No path to datacenter", error(server, KVS.APPLY, set("a", "1").withDatacenter("dc9")));
            call(server, KVS.APPLY, set("a", "1").withDatacenter(""));
        }
    }

    @Test
    @DisplayName("F20: a server that leaves hands over the leadership first, and its callers find the next leader")
    void aLeaderLeaves() throws Exception {
        var leader = cluster.leaderName();
        var follower = cluster.follower();
        cluster.stop(leader);
        assertTrue(!cluster.leaderName().equals(leader));
        call(follower, KVS.APPLY, set("a", "1"));
    }

    @Test
    @DisplayName("F13, F14: when the leader dies with calls on it, reads find the next leader, and writes say what is known")
    void aLeaderDies() throws Exception {
        cluster.agreement.electionTime = Duration.ofMillis(50);
        cluster.agreement.delay = Duration.ZERO;
        var leader = cluster.leaderName();
        var follower = cluster.follower();
        var over = new AtomicBoolean();
        var writes = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 8; i++) {
            var key = "k" + i;
            threads.add(CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    outcome(() -> follower.endpoints().call(KVS.APPLY, set(key, "1"))).ifPresent(writes::add);
                    assertEquals(Optional.empty(), outcome(() -> follower.endpoints().call(KVS.GET, get(key))));
                }
            }, Executors.newVirtualThreadPerTaskExecutor()));
        }
        Conditions.await(() -> cluster.agreement.lastIndex() > 100, () -> "nothing is written");
        cluster.crash(leader);
        long then = cluster.agreement.lastIndex();
        Conditions.await(() -> cluster.agreement.lastIndex() > then + 100, () -> "nothing is written any more");
        over.set(true);
        for (var thread : threads) {
            thread.get(20, TimeUnit.SECONDS);
        }
        writes.forEach(error -> assertTrue(error.startsWith("rpc error making call: "), error));
    }

    private interface Attempt {
        Object make() throws RpcException, InterruptedException;
    }

    private static Optional<String> outcome(Attempt attempt) {
        try {
            attempt.make();
            return Optional.empty();
        } catch (RpcException e) {
            return Optional.of(e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("F25: every server says itself who leads")
    void whoLeads() throws Exception {
        var leader = cluster.agreement.leader().orElseThrow().address();
        var request = DCSpecificRequest.ZERO;
        assertEquals(leader, call(cluster.follower(), Status.LEADER, request));
        assertEquals(leader, call(cluster.leader(), Status.LEADER, request));
        assertEquals(3, call(cluster.follower(), Status.PEERS, request).size());
        var follower = cluster.follower();
        cluster.agreement.depose();
        assertEquals("", call(follower, Status.LEADER, request));
    }

    @Test
    void anErrorOfTheLeaderComesWithTheHopInFrontOfIt() {
        assertEquals("rpc error making call: Must provide key", error(cluster.follower(), KVS.APPLY, set("", "1")));
        assertEquals("Must provide key", error(cluster.leader(), KVS.APPLY, set("", "1")));
    }

    @Test
    @DisplayName("B5 through a follower: a blocking query waits at the leader, and a write wakes it")
    void aBlockingQueryWaitsAtTheLeader() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        long index = call(cluster.leader(), KVS.GET, get("a")).queryMeta().index();
        var follower = cluster.follower();
        var reply = CompletableFuture.supplyAsync(() -> blocking(follower, index),
                Executors.newVirtualThreadPerTaskExecutor());
        awaitBlocking(cluster.leader(), 1);
        call(follower, KVS.APPLY, set("a", "2"));
        assertEquals("2", value(reply.get(20, TimeUnit.SECONDS)));
        awaitBlocking(cluster.leader(), 0);
    }

    private static IndexedDirEntries blocking(RpcServer server, long index) {
        var options = QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(Duration.ofMinutes(5));
        try {
            return call(server, KVS.GET, get("a").withQueryOptions(options));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("a caller that goes away frees what the leader holds for it")
    void aCallerThatGoesAwayFreesTheLeader() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        long index = call(cluster.leader(), KVS.GET, get("a")).queryMeta().index();
        var follower = cluster.follower();
        var caller = Thread.ofVirtual().start(() ->
                assertThrows(IllegalStateException.class, () -> blocking(follower, index)));
        awaitBlocking(cluster.leader(), 1);
        caller.interrupt();
        awaitBlocking(cluster.leader(), 0);
        caller.join();
    }

    @Test
    @DisplayName("F20: a follower that leaves ends the blocking queries that wait at the leader, with a retryable error")
    void aFollowerThatLeavesEndsItsBlockingQueries() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        long index = call(cluster.leader(), KVS.GET, get("a")).queryMeta().index();
        var name = cluster.followerName();
        var follower = cluster.server(name);
        var error = CompletableFuture.supplyAsync(() -> assertThrows(RpcException.class, () ->
                follower.endpoints().call(KVS.GET, get("a").withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(index)))),
                Executors.newVirtualThreadPerTaskExecutor());
        awaitBlocking(cluster.leader(), 1);
        cluster.stop(name);
        assertEquals("No cluster leader", error.get(20, TimeUnit.SECONDS).getMessage());
        awaitBlocking(cluster.leader(), 0);
    }

    @Test
    @DisplayName("calls.md 1.9: a follower has the leader save and restore snapshots")
    void snapshotsThroughAFollower() throws Exception {
        call(cluster.leader(), KVS.APPLY, set("a", "1"));
        try (var client = cluster.client(cluster.followerName())) {
            var here = client.snapshots().with(CallOptions.DEFAULT.withDatacenter("dc1"));
            byte[] archive;
            try (var saving = here.save()) {
                archive = saving.archive().readAllBytes();
            }
            client.call(KVS.APPLY, set("a", "2"));
            here.restore(new ByteArrayInputStream(archive));
            assertEquals("1", value(client.call(KVS.GET, get("a"))));
            Conditions.await(() -> isThere("a"), () -> "a follower does not restore");

            cluster.agreement.depose();
            assertEquals("No cluster leader", assertThrows(CallException.class, here::save).getMessage());
        }
    }

    private static void awaitBlocking(RpcServer server, long count) {
        Conditions.await(() -> server.counters().get("rpc.queries_blocking") == count,
                () -> server.counters().get("rpc.queries_blocking") + " queries block, expected " + count);
    }
}
